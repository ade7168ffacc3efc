import io

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


def test_time_left_follows_the_pace_so_far():
    remaining = progress.Remaining()
    assert remaining.at_start(0, 4, 10.0) == "40 s"
    remaining.spent(20.0)
    assert remaining.at_start(1, 4, 10.0) == "1 min 00 s"
    remaining.spent(20.0)
    assert remaining.at_start(3, 4, 5.0) == "10 s"
