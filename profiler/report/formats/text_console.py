"""The console that every page is drawn on: text of a given width, the same on every machine."""

from __future__ import annotations

import io

from rich.console import Console

from . import Screen

# No terminal is as wide, and no line as long.
UNBOUNDED = 100_000
LEAST_WIDTH = 40


def make(screen: Screen) -> Console:
    """Return a console whose output is captured; one of unlimited width folds nothing."""
    return Console(
        file=io.StringIO(),
        width=UNBOUNDED if screen.width is None else max(screen.width, LEAST_WIDTH),
        force_terminal=screen.color,
        color_system="standard" if screen.color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )


def without_trailing_blanks(text: str) -> str:
    """Return the captured text without the blanks that pad its lines."""
    return "".join(line.rstrip() + "\n" for line in text.splitlines())
