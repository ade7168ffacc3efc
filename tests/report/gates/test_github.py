"""A page in the summary of a job."""

import pytest

from profiler.protocol.errors import UsageError
from profiler.report.gates import github
from profiler.report.pages import gate as pages
from tests.report.gates.made_gate import gate
from tests.report.pages.samples import HOSTILE


def test_the_page_comes_after_what_is_there(tmp_path, monkeypatch):
    summary = tmp_path / "summary.md"
    summary.write_text("earlier\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    for _ in range(2):
        github.append(pages.page(gate()))
    text = summary.read_text()
    assert text.startswith("earlier\n# Gate on after against before\n")
    assert text.count("**gate fails: 1 fails, 1 is open, 1 passes (exit code 1)**") == 2


def test_names_of_any_characters_are_written(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    github.append(pages.page(gate(name=HOSTILE)))
    assert "<b>" not in (tmp_path / "summary.md").read_text().replace("\\<b\\>", "")


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_job_it_is_one_line(value, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    if value is not None:
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", value)
    with pytest.raises(UsageError, match=r"^\$GITHUB_STEP_SUMMARY: is not set; GitHub Actions sets it"):
        github.require_summary()


def test_a_summary_that_cannot_be_written_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "nowhere" / "summary.md"))
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        github.append(pages.page(gate()))
