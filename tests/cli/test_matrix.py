"""``kprof matrix`` and ``kprof reproduce`` before anything is measured."""

import pytest

from profiler.cli.main import main

COMMANDS = (["matrix"], ["reproduce", "--releases"])


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("release", ["", "foo", "1.15.0", "3.0.0", "9.9.9"])
def test_a_dry_run_refuses_what_is_no_release(command, release, capsys):
    assert main([*command, f"2.0.0,{release}", "--dry-run"]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err.count("\n") == 1 and release in shown.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_dry_run_says_which_releases_kprof_has_not_proven(command, capsys):
    assert main([*command, "2.0.0,2.99.0,installed", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "3 releases one after another" in shown
    assert "2.99.0 is not in kprof's table" in shown and "2.0.0 is not" not in shown
