import io
import re

import pytest

from profiler.cli import progress


def test_without_a_terminal_each_step_is_a_plain_line(capsys):
    with progress.make() as listener:
        listener.plan("Plan: 1 process")
        listener.started("tiny wall #1", 0, 2, 9.6)
        listener.finished("tiny wall #1", "ok", 8.71)
        listener.note("kept")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "Plan: 1 process",
        "[1/2] tiny wall #1: about 10 s",
        "[1/2] tiny wall #1: ok after 8.7 s",
        "kept",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_bar_shows_place_and_time_left_and_keeps_what_went_wrong(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    with progress.make() as listener:
        listener.plan("Plan: 2 processes")
        listener.started("tiny wall #1", 0, 2, 10.0)
        listener.finished("tiny wall #1", "ok", 9.0)
        listener.started("tiny wall #2", 1, 2, 10.0)
        listener.finished("tiny wall #2", "timeout", 20.0)
    shown = screen.getvalue()
    assert "Plan: 2 processes" in shown
    assert "1/2 tiny wall #1" in shown
    assert "about 20 s left" in shown
    assert "tiny wall #2: timeout after 20.0 s" in shown


def test_the_bar_is_gone_after_an_interrupt(monkeypatch):
    monkeypatch.setattr("sys.stderr", Terminal())
    with pytest.raises(KeyboardInterrupt), progress.make() as listener:
        assert listener.running
        raise KeyboardInterrupt
    assert not listener.running


def test_time_left_follows_the_pace_so_far_and_counts_down():
    remaining = progress.Remaining()
    remaining.at_start(0, 4, 10.0)
    assert remaining.left(0.0) == "about 40 s left"
    assert remaining.left(7.0) == "about 33 s left"
    assert remaining.left(70.0) == "about 30 s left"
    remaining.spent(20.0)
    remaining.at_start(1, 4, 10.0)
    assert remaining.left(0.0) == "about 1 min 00 s left"
    remaining.spent(20.0)
    remaining.at_start(3, 4, 5.0)
    assert remaining.left(0.0) == "about 10 s left"
    assert remaining.left(11.0) == "longer than expected"


def narrow(monkeypatch):
    """A terminal of 60 columns and a clock that a test sets."""
    screen, clock = Terminal(), [100.0]
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    return screen, clock


def test_a_narrow_terminal_cuts_the_name_not_the_times(monkeypatch):
    screen, _ = narrow(monkeypatch)
    with progress.make() as listener:
        listener.started("tiny/uncompiled/predict_on_batch/b32 tfprofiler", 0, 20, 63.0)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    lines = [line for line in re.split(r"[\r\n]", shown) if "1/20" in line]
    assert lines
    assert all("0:00:0" in line and "about 21 min 00 s left" in line for line in lines)
    assert "1/20 tiny" in shown


def test_the_bar_counts_down_while_a_process_runs(monkeypatch):
    screen, clock = narrow(monkeypatch)
    with progress.make() as listener:
        listener.started("tiny wall #1", 0, 1, 27.0)
        assert listener.left() == "about 27 s left"
        clock[0] += 20
        assert listener.left() == "about 7 s left"
    assert "about 27 s left" in screen.getvalue()
