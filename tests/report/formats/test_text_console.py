"""The console that pages are drawn on."""

import pytest

from profiler.report.formats import Screen, text_console


@pytest.mark.parametrize(("asked", "given"), [(None, text_console.UNBOUNDED), (10, 40), (132, 132)])
def test_the_width_is_the_screens_but_never_unreadably_small(asked, given):
    assert text_console.make(Screen(asked)).width == given


def test_what_surrounds_the_process_changes_nothing(monkeypatch):
    monkeypatch.setenv("COLUMNS", "17")
    monkeypatch.setenv("FORCE_COLOR", "1")
    console = text_console.make(Screen(80))
    assert (console.width, console.is_terminal) == (80, False)


def test_blanks_at_the_end_of_lines_are_left_out():
    assert text_console.without_trailing_blanks("a  \n  b ") == "a\n  b\n"
