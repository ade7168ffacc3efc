"""What is kept beside a run's captures."""

import json

from profiler.report import saved
from tests.report import sample
from tests.saved_reports import from_json


def test_the_report_is_kept_as_json_and_as_markdown(tmp_path):
    report = sample.report()
    saved.save(report, tmp_path)
    assert from_json(json.loads((tmp_path / "report.json").read_text())) == report
    assert (tmp_path / "report.md").read_text().startswith(f"# {report.run}\n")
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "report.md"}
