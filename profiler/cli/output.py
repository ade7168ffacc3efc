"""Where a command's text goes: a file that appears whole or not at all, or standard output."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator

import click

from ..protocol import files
from ..protocol.errors import UsageError
from ..report.numbers import plain

_BLOCK = 1 << 16


def say(line: str, err: bool = False) -> None:
    """Print a line that may hold names of a run, which is to give the terminal no commands."""
    click.echo(plain(line), err=err)


def deliver(text: str, output: str | None) -> None:
    """Write ``text`` to the file ``output``, or to standard output when it is None.

    Raises:
        UsageError: the file cannot be written; nothing is left of it.
    """
    deliver_pieces([text], output)


def deliver_pieces(pieces: Iterable[str], output: str | None) -> None:
    """Write a text as `deliver` does, piece by piece, so that it is never held as a whole."""
    if output is None:
        for block in _blocks(pieces):
            click.echo(block, nl=False)
        return
    try:
        files.write_pieces(output, pieces)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from error


def _blocks(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces joined to blocks of `_BLOCK` characters or more, each of which is flushed."""
    gathered: list[str] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield "".join(gathered)
            gathered, size = [], 0
    yield "".join(gathered)


def terminal_style(output: str | None) -> tuple[int | None, bool]:
    """Return the width and whether to colour: what standard output can show; a file has neither."""
    if output is not None or not sys.stdout.isatty():
        return None, False
    color = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return shutil.get_terminal_size().columns, color
