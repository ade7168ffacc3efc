"""What the commands over several releases share."""

import json
import shutil
import types

import pytest

from profiler.cli import releases
from profiler.launch import matrix
from profiler.plan.request import Request
from tests import reference


@pytest.fixture
def run(tmp_path):
    return shutil.copytree(reference.CURRENT, tmp_path / "run")


def test_a_run_is_read_with_its_failures(run):
    assert releases.read(run).failures == {}
    manifest = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**manifest, "failures": {"9.9.9": "no such release"}}))
    finished = releases.read(run)
    assert (finished.path, finished.failures) == (run, {"9.9.9": "no such release"})
    assert finished.report.run == "run"


def test_what_was_measured_is_kept_with_its_report(run, monkeypatch, capsys):
    monkeypatch.setattr(matrix, "execute", lambda *_: types.SimpleNamespace(run_path=run, exit_code=3))
    finished, code = releases.measure(Request(), ("2.21.0",))
    assert (code, finished.path) == (3, run)
    assert (run / "report.json").exists() and (run / "report.md").exists()
    assert capsys.readouterr().err == f"kept in {run}\n"
