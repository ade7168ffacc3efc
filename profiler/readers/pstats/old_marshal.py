"""Parses the profiles of Python 2 and 3.0 to 3.3, whose marshal has types that today's no longer reads.

Names are bytes there (``s``, or ``t`` where later ones refer to them by ``R``), integers may have 64 bits
(``I``), floats may be text (``f``), and a tuple has four bytes of length: CPython 2.7's ``Python/marshal.c``.
Only what a profile consists of is accepted, piece by piece, so that no length asks for more than the file
has. It imports the standard library alone, since the process that parses ``.prof`` files loads it.
"""

from __future__ import annotations

import struct
from typing import Any, NoReturn

BEGINNING = b"{(\x03\0\0\0"
_INT, _INT64, _DOUBLE, _LENGTH = (struct.Struct(code) for code in ("<i", "<q", "<d", "<I"))
_DIGIT_BITS, _MOST_DIGITS = 15, 5
_END = ord("0")

Label = tuple[str, int, str]


class OldMarshalError(Exception):
    """Bytes that are no such profile; ``offset`` is where that shows."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def loads(data: bytes) -> dict[Label, tuple[Any, ...]]:
    """Return a profile: label -> (primitive calls, calls, self s, cumulative s, callers).

    Raises:
        OldMarshalError: the bytes are none, or go on after it.
    """
    reader = _Reader(data)
    functions = reader.table(5)
    if reader.at != len(data):
        reader.refuse("altered: its table of functions ends before the file does")
    return functions


class _Reader:
    """A position in the bytes, and the strings that later ones refer to."""

    def __init__(self, data: bytes) -> None:
        self.at = 0
        self._data = data
        self._strings: list[str] = []

    def refuse(self, message: str) -> NoReturn:
        raise OldMarshalError(message, self.at)

    def table(self, size: int) -> dict[Label, Any]:
        """Return the dictionary of rows of ``size`` that comes next, by their labels."""
        self._require(b"{")
        rows: dict[Label, Any] = {}
        while self._next() != _END:
            label = self._label()
            rows[label] = self._row(size)
        self.at += 1
        return rows

    def _label(self) -> Label:
        self._tuple(3)
        return self._text(), self._integer(), self._text()

    def _row(self, size: int) -> Any:
        if size == 4 and self._next() != ord("("):
            # what the module profile writes for a caller
            return self._integer()
        self._tuple(size)
        figures = self._integer(), self._integer(), self._time(), self._time()
        return (*figures, self.table(4)) if size == 5 else figures

    def _tuple(self, size: int) -> None:
        self._require(b"(" + _LENGTH.pack(size))

    def _text(self) -> str:
        kind = self._kind()
        if kind == b"R":
            number: int = self._unpack(_LENGTH)
            if number >= len(self._strings):
                self.refuse("altered: a name refers to none before it")
            return self._strings[number]
        if kind not in (b"s", b"t", b"u"):
            self.refuse("cut or altered: a file or name is no text")
        text: str = self._take(self._unpack(_LENGTH)).decode("utf-8", "backslashreplace")
        if kind == b"t":
            self._strings.append(text)
        return text

    def _integer(self) -> int:
        kind = self._kind()
        if kind == b"i":
            return int(self._unpack(_INT))
        if kind == b"I":
            return int(self._unpack(_INT64))
        if kind != b"l":
            self.refuse("cut or altered: a line or count is no integer")
        digits = self._unpack(_INT)
        if abs(digits) > _MOST_DIGITS:
            self.refuse("altered: a number has more than 64 bits")
        parts = struct.unpack(f"<{abs(digits)}H", self._take(2 * abs(digits)))
        value: int = sum(part << _DIGIT_BITS * place for place, part in enumerate(parts))
        return value if digits >= 0 else -value

    def _time(self) -> float:
        if self._next() in b"iIl":
            return float(self._integer())
        kind = self._kind()
        if kind == b"g":
            return float(self._unpack(_DOUBLE))
        if kind != b"f":
            self.refuse("cut or altered: a time is no number")
        written = self._take(self._take(1)[0])
        try:
            return float(written)
        except ValueError:
            self.refuse("altered: a time is no number")

    def _next(self) -> int:
        if self.at >= len(self._data):
            self.refuse("cut: it ends within its table of functions")
        return self._data[self.at]

    def _kind(self) -> bytes:
        return self._take(1)

    def _require(self, expected: bytes) -> None:
        if not self._data.startswith(expected, self.at):
            self.refuse("cut or altered: not a profile that cProfile wrote")
        self.at += len(expected)

    def _take(self, size: int) -> bytes:
        taken = self._data[self.at : self.at + size]
        if len(taken) < size:
            self.refuse("cut or altered: it ends within its table of functions")
        self.at += size
        return taken

    def _unpack(self, form: struct.Struct) -> Any:
        return form.unpack(self._take(form.size))[0]
