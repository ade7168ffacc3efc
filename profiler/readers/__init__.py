"""From bytes to declared tables: one folder a format, registered in `FORMATS`.

A format's folder offers `SUFFIXES` (how its files' names end), `recognises` (whether a file's first bytes are
of the format), `read` (the tables in a file), `hosts` (the machines that recorded them) and `findings` (what
is wrong with them). Whoever made a file is not trusted: `read` ends in tables or in one `TraceFormatError`,
in memory that is proportional to the file.
`model_files` is apart: it says what a user's model file is, and gives no tables.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any, Protocol, cast

from ..protocol.errors import TraceFormatError
from . import session_files
from .findings import Finding
from .wrong_files import Beginning, wrong_file

FORMATS = ("pstats", "xplane", "legacy")
BEGINNING = 60 << 10
END = 4 << 10
"""So many first and last bytes of a file show its format."""


class Reader(Protocol):
    """What a format's folder offers."""

    SUFFIXES: tuple[str, ...]

    def recognises(self, start: bytes) -> bool:
        """Return whether a file with these first bytes, as they lie on the disk, is of this format."""

    def read(self, path: Path) -> Any:
        """Return the tables in a file.

        Raises:
            TraceFormatError: it cannot be read, is damaged, or of another format.
        """

    def hosts(self, tables: Any) -> tuple[str, ...]:
        """Return the machines that recorded tables that it has read; empty where they do not say."""

    def findings(self, tables: Any) -> tuple[Finding, ...]:
        """Return what is wrong with tables that it has read, each fault once."""


def reader(name: str) -> Reader:
    """Return the reader of a format by its id."""
    return cast(Reader, importlib.import_module(f"{__name__}.{name}"))


def recognise(path: Path) -> str:
    """Return the id of the format that a file's bytes show, whatever its name.

    Raises:
        TraceFormatError: it cannot be read, is empty, of a kind that people take for a profile (the text says
            which, and how to make the right one), or of no format that kprof reads.
    """
    file = Path(path)
    return format_of(_beginning(file), file)


def format_of(beginning: Beginning, path: Path) -> str:
    """Return the id of the format that a file begins as; it raises what `recognise` does."""
    wrong = wrong_file(beginning)
    if wrong is not None:
        raise TraceFormatError(wrong.what, path, to_do=wrong.to_do)
    for name in FORMATS:
        if reader(name).recognises(beginning.start):
            return name
    suffixes = ", ".join(suffix for name in FORMATS for suffix in reader(name).SUFFIXES)
    raise TraceFormatError(f"is no profile or trace that kprof reads ({suffixes})", path)


def _beginning(path: Path) -> Beginning:
    """Return what is looked at of a file.

    Raises:
        TraceFormatError: it cannot be read, or is empty.
    """
    try:
        if not path.is_file():
            raise TraceFormatError(
                "is no file" if path.exists() else "cannot be read: there is no such file", path
            )
        with path.open("rb", buffering=0) as file:
            start = file.read(BEGINNING)
            size = os.fstat(file.fileno()).st_size
            # An even distance from the start: text may have two bytes a character.
            file.seek(max(size - END, 0) & ~1)
            end = file.read(END)
    except (OSError, ValueError) as error:
        raise TraceFormatError(f"cannot be read: {getattr(error, 'strerror', None) or error}", path) from None
    if not start:
        raise session_files.empty(path)
    return Beginning(path.name, size, start, end)
