"""Decodes the JSON files of a run into their dataclasses; an error names the place in the file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import msgspec

from ..protocol import files
from ..protocol.errors import KprofError, RunError

T = TypeVar("T")

_LONGEST = 160
_PLACE = re.compile(r" - at `\$\.?(?P<place>.*)`$")


def read(path: Path, schema: str, kind: type[T]) -> T:
    """Return the dataclass that a JSON file holds; fields that this version lacks are ignored.

    Args:
        path: the file.
        schema: its schema, like ``kprof.run/1``.
        kind: the dataclass.

    Raises:
        RunError: no such file, another or a newer schema, or a field that is missing or wrong.
    """
    value = files.read_json(str(path), schema)
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, UnicodeError, KprofError) as error:
        raise RunError(f"{_told(str(error))}; the file was altered", path) from error


def _told(text: str) -> str:
    """Return what msgspec says with the place first, as ``captures.0.process: expected ...``."""
    found = _PLACE.search(text)
    said = text[: found.start()] if found else text
    said = said[:1].lower() + said[1:]
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."
    if found is None:
        return said
    place = re.sub(r"\[(\d+)\]", r".\1", found["place"]).replace("[...]", ".*").strip(".")
    return f"{place}: {said}"
