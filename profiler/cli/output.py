"""Where a command's text goes: a file that appears whole or not at all, or standard output."""

from __future__ import annotations

import os
import shutil
import sys

import click

from ..protocol import files
from ..protocol.errors import UsageError


def deliver(text: str, output: str | None) -> None:
    """Write ``text`` to the file ``output``, or to standard output when it is None.

    Raises:
        UsageError: the file cannot be written; nothing is left of it.
    """
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        files.write_text(output, text)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from error


def terminal_style(output: str | None) -> tuple[int | None, bool]:
    """Return the width and whether to colour: what standard output can show; a file has neither."""
    if output is not None or not sys.stdout.isatty():
        return None, False
    color = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return shutil.get_terminal_size().columns, color
