"""Where output goes: a terminal has a width and colours, anything else has neither."""

from __future__ import annotations

import os
import shutil
import sys

from ..report.document import Report


def render(report: Report) -> str:
    """Return the report as standard output can show it."""
    from ..report import terminal

    if not sys.stdout.isatty():
        return terminal.render(report, width=None, color=False)
    color = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return terminal.render(report, width=shutil.get_terminal_size().columns, color=color)
