"""Resolves the names of a trace's events to the code that they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ..protocol import files, schemas
from ..protocol.errors import RunError
from ..protocol.inspection import LoadedCode

# $trainer.py:521 predict; $<frozen abc>:117 __instancecheck__
_PYTHON = re.compile(r"\$(?P<file>[^:]+):(?P<line>\d{1,9}) (?P<name>.*)", re.DOTALL)
# $builtins len; $<unknown> get
_C_FUNCTION = re.compile(r"\$(?P<module>\S+) (?P<name>.*)", re.DOTALL)
UNKNOWN_MODULE = "<unknown>"
NO_FILE = "~"
"""The path of a C function and of a runtime event, as profiles of cProfile have it."""


@dataclass(frozen=True, order=True)
class Frame:
    """What an event means: a Python function's file and first line; for others `NO_FILE` and 0.

    ``path`` is the file below the folder of packages, or its base name alone where that is all that is
    known; ``candidates`` are then the files that it can be.
    """

    path: str
    line: int
    name: str
    candidates: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_python(self) -> bool:
        """Whether it is a Python function."""
        return self.path != NO_FILE

    def __str__(self) -> str:
        """Return it for a person to read; a question mark follows an ambiguous file."""
        if not self.is_python:
            return self.name
        return f"{self.path}{'?' if self.candidates else ''}:{self.line} {self.name}"


@dataclass(frozen=True)
class CodePlaces:
    """The files that a trace's Python events can mean: by base name, and by base name, line and name."""

    files: Mapping[str, tuple[str, ...]]
    functions: Mapping[tuple[str, int, str], tuple[str, ...]]

    @staticmethod
    def read(path: Path | None) -> CodePlaces:
        """Return what a capture's ``code.json`` says; an empty one where the capture has none (None).

        Raises:
            RunError: the file is no such description.
        """
        if path is None:
            return CodePlaces({}, {})
        value = files.read_json(str(path), schemas.CODE)
        try:
            return CodePlaces.of(msgspec.convert(value, LoadedCode))
        except msgspec.ValidationError as error:
            raise RunError(f"a field is missing or wrong ({error})", path) from error

    @staticmethod
    def of(code: LoadedCode) -> CodePlaces:
        """Return the places of the code that was loaded."""
        listed = {_encodable(base): _encodables(paths) for base, paths in code.files.items()}
        functions: dict[tuple[str, int, str], list[str]] = {}
        for path, line, name in code.functions:
            whole = _encodable(path)
            base = whole.rpartition("/")[2]
            functions.setdefault((base, line, _encodable(name)), []).append(whole)
        return CodePlaces(listed, {place: _encodables(paths) for place, paths in functions.items()})

    def frame(self, event: str) -> Frame:
        """Return what the event with this name means; NUL becomes an escape, since no profile can hold it."""
        event = event.replace("\0", "\\0")
        python = _PYTHON.fullmatch(event)
        if python:
            base, line, name = python["file"], int(python["line"]), python["name"]
            found = self.files.get(base, ())
            if len(found) > 1:
                found = self.functions.get((base, line, name), found)
            return Frame(found[0], line, name) if len(found) == 1 else Frame(base, line, name, found)
        c_function = _C_FUNCTION.fullmatch(event)
        if c_function:
            module, name = c_function["module"], c_function["name"]
            return Frame(NO_FILE, 0, name if module == UNKNOWN_MODULE else f"{module}.{name}")
        return Frame(NO_FILE, 0, event)


def _encodables(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_encodable, texts)))


def _encodable(text: str) -> str:
    """Return text that UTF-8 can hold; JSON may have half a surrogate pair."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
