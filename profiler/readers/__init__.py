"""From bytes to declared tables: one folder a format, registered in `FORMATS`.

A format's folder offers `SUFFIXES` (how its files' names end), `recognises` (whether a file's first bytes are
of the format) and `read` (the tables in a file). Whoever made a file is not trusted: `read` ends in tables or
in one `TraceFormatError`, in memory that is proportional to the file. `model_files` is apart: it says what a
user's model file is, and gives no tables.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Protocol, cast

from ..protocol.errors import TraceFormatError

FORMATS = ("pstats", "xplane", "legacy")
BEGINNING = 1 << 12
"""So many bytes of a file show its format."""


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


def reader(name: str) -> Reader:
    """Return the reader of a format by its id."""
    return cast(Reader, importlib.import_module(f"{__name__}.{name}"))


def recognise(path: Path) -> str:
    """Return the id of the format that a file's first bytes show, whatever its name.

    Raises:
        TraceFormatError: it cannot be read, is empty, or of no format that kprof reads.
    """
    start = _beginning(path)
    for name in FORMATS:
        if reader(name).recognises(start):
            return name
    suffixes = ", ".join(suffix for name in FORMATS for suffix in reader(name).SUFFIXES)
    raise TraceFormatError(f"is no profile or trace that kprof reads ({suffixes})", path)


def _beginning(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise TraceFormatError(
                "is no file" if path.exists() else "cannot be read: there is no such file", path
            )
        with path.open("rb") as file:
            start = file.read(BEGINNING)
    except (OSError, ValueError) as error:
        raise TraceFormatError(f"cannot be read: {getattr(error, 'strerror', None) or error}", path) from None
    if not start:
        raise TraceFormatError("is empty: take it again", path, 0)
    return start
