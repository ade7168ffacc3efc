"""The console that every report is drawn on: text of a given width, the same on every machine."""

from __future__ import annotations

import io

from rich.console import Console

# No terminal is as wide, and no line as long.
UNBOUNDED = 100_000
LEAST_WIDTH = 40


def make(width: int | None, color: bool = False) -> Console:
    """Return a console whose output is captured.

    Args:
        width: columns of the terminal; None where there is no terminal, and then nothing is folded.
        color: whether to emit ANSI colours.
    """
    return Console(
        file=io.StringIO(),
        width=UNBOUNDED if width is None else max(width, LEAST_WIDTH),
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )


def without_trailing_blanks(text: str) -> str:
    """Return the captured text without the blanks that pad its lines."""
    return "".join(line.rstrip() + "\n" for line in text.splitlines())
