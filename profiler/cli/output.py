"""Where a command's output goes: standard output, or the file that ``--output`` names.

A regular file is replaced atomically, so that it holds all of the output or is left as it was. A link is
followed. Anything else, such as ``/dev/null``, ``/dev/stdout`` or a pipe, is written to.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ..protocol import files
from ..protocol.errors import UsageError
from ..report import formats
from ..report.formats import Screen
from ..report.numbers import plain

if TYPE_CHECKING:
    from ..report.blocks import Page

_BLOCK = 1 << 16
_MOST_LINKS = 40
# The folders in which a process's open files have names.
_OPEN_FILES = re.compile(r"/dev/fd|/proc/\d+/(task/\d+/)?fd")


def say(line: str, err: bool = False) -> None:
    """Print a line; control characters are shown as escapes, so that no name can command the terminal."""
    click.echo(plain(line), err=err)


def show(page: Page, format_name: str = formats.DEFAULT, output: str | None = None) -> None:
    """Write a page in a format to the file ``output``, or to standard output when it is None.

    Raises:
        UsageError: the file cannot be written.
    """
    deliver([formats.draw(format_name, page, screen(output))], output)


def deliver(pieces: Iterable[str | bytes], output: str | None) -> None:
    """Write pieces of text or bytes, one after another, so that the whole is never in memory.

    Raises:
        UsageError: the file cannot be written; a regular file is left as it was.
    """
    if output is None:
        _print(pieces)
        return
    require_writable(output)
    try:
        with _opened(output) as file:
            for piece in pieces:
                file.write(piece if isinstance(piece, bytes) else _encoded(piece))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"cannot be written: {reason}", output, "choose another place") from error


def require_writable(output: str | None) -> None:
    """Raise `UsageError` for a file that cannot be written or is a run's own."""
    if output is None:
        return
    if not output:
        raise UsageError("names no file", "--output", "give it a name")
    path = Path(os.path.realpath(output))
    # unlike Path's, these are False where a folder may not be looked into
    if os.path.isdir(path):  # noqa: PTH112
        raise UsageError("cannot be written: it is a folder", output, "name a file in it")
    if not os.path.isdir(path.parent):  # noqa: PTH112
        raise UsageError("cannot be written: its folder does not exist", output, "make it first")
    for run in path.parents:
        first = path.relative_to(run).parts[0]
        if first in (files.RUN_FILE, files.CAPTURES_FOLDER) and os.path.isfile(run / files.RUN_FILE):  # noqa: PTH113
            what = "is a run's own file, which stays as it was measured"
            raise UsageError(what, output, "name another file")


def _print(pieces: Iterable[str | bytes]) -> None:
    try:
        for block in _blocks(pieces):
            click.echo(block, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        # what is still buffered would fail again when the interpreter exits
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        reason = error.strerror or str(error)
        raise UsageError(f"cannot be written: {reason}", "standard output", "choose another place") from error


def screen(output: str | None) -> Screen:
    """Return what standard output can show; a file has no width and no colours."""
    if output is not None or not sys.stdout.isatty():
        return formats.UNLIMITED
    color = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return Screen(shutil.get_terminal_size().columns, color)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _opened(output: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    target = _target(output)
    # Standard output may be a file that the shell opened for appending.
    return _replaced(output) if target is None else open(target, "ab")  # noqa: PTH123


def _target(output: str) -> str | None:
    """Return ``output`` when it must be written to as it is; None for a regular file or none yet."""
    path = output
    for _ in range(_MOST_LINKS):
        if _OPEN_FILES.fullmatch(os.path.realpath(os.path.dirname(path))):  # noqa: PTH120
            return output
        if not os.path.islink(path):  # noqa: PTH114
            break
        path = os.path.join(os.path.dirname(path), os.readlink(path))  # noqa: PTH115, PTH118, PTH120
    try:
        return None if stat.S_ISREG(os.stat(output).st_mode) else output  # noqa: PTH116
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _replaced(output: str) -> Iterator[IO[bytes]]:
    """Open a temporary file that replaces the regular file once it is complete; links are followed."""
    path = os.path.realpath(output)
    temporary = f"{path}.tmp-{os.getpid()}"
    try:
        with open(temporary, "xb") as file:  # noqa: PTH123
            yield file
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(path):  # noqa: PTH110
            shutil.copymode(path, temporary)
        os.replace(temporary, path)  # noqa: PTH105
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)  # noqa: PTH108


def _blocks(pieces: Iterable[str | bytes]) -> Iterator[str | bytes]:
    """Yield the pieces joined to blocks of `_BLOCK` characters or more, each of which is flushed."""
    gathered: list[str] = []
    size = 0
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
            continue
        gathered.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield "".join(gathered)
            gathered, size = [], 0
    yield "".join(gathered)
