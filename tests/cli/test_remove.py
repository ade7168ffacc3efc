"""``kprof remove`` asks before it deletes."""

import io

import pytest

from profiler.cli.main import main


def test_remove_asks_first_and_without_a_terminal_needs_yes(traces, capsys):
    (run,) = traces.iterdir()
    assert main(["remove", run.name]) == 2
    captured = capsys.readouterr()
    assert run.name in captured.err
    assert "add --yes" in captured.err
    assert run.is_dir()
    assert main(["remove", "latest", "--yes"]) == 0
    assert capsys.readouterr().out == f"removed {run}\n"
    assert not run.exists()


class Terminal(io.StringIO):
    """A terminal on which somebody has typed."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "stays"), [("n\n", True), ("\n", True), ("y\n", False)])
def test_on_a_terminal_only_a_yes_removes_the_run_that_is_named(typed, stays, traces, capsys, monkeypatch):
    (run,) = traces.iterdir()
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert main(["remove", "latest"]) == 0
    captured = capsys.readouterr()
    assert f"{run} (" in captured.err
    assert "MB)" in captured.err
    assert run.exists() is stays
    assert captured.out == ("" if stays else f"removed {run}\n")
