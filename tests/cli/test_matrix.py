"""``kprof matrix`` before and after measuring."""

import json
import shutil
import types

import pytest

from profiler.cli.main import main
from profiler.report import formats
from tests import reference


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """A run over two releases, one of which failed, in place of one that takes minutes."""
    run = shutil.copytree(reference.CURRENT, tmp_path / "run")
    manifest = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**manifest, "failures": {"9.9.9": "no such release"}}))
    outcome = types.SimpleNamespace(run_path=run, exit_code=0)
    monkeypatch.setattr("profiler.launch.matrix.execute", lambda *_: outcome)
    return run


@pytest.mark.parametrize("release", ["", "foo", "1.15.0", "3.0.0", "9.9.9"])
def test_a_dry_run_refuses_what_is_no_release(release, capsys):
    assert main(["matrix", f"2.0.0,{release}", "--dry-run"]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err.count("\n") == 1 and release in shown.err


def test_a_dry_run_says_which_releases_kprof_has_not_proven(capsys):
    assert main(["matrix", "2.0.0,2.99.0,installed", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "3 releases in shuffled rounds" in shown
    assert "2.99.0 is not in kprof's table" in shown and "2.0.0 is not" not in shown


@pytest.mark.long
def test_a_run_over_releases_is_shown_in_every_format(measured, capsys):
    for name in formats.FORMATS:
        assert main(["matrix", "2.21.0,9.9.9", "--format", name]) == 0
        shown = capsys.readouterr().out
        assert name == "csv" or "9.9.9" in shown
