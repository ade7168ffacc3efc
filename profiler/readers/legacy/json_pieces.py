"""Reads JSON value by value, since parsing it at once can take fifty times its size."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_USUAL = 1 << 12
LONGEST_VALUE = 1 << 18


class JsonPieces:
    """A position in a JSON text that moves on as values are taken.

    All methods raise ValueError where the text does not go on as they say.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def next_sign(self) -> str:
        """Return the next character that is no space, or an empty string at the end."""
        self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
        return self._text[self._at : self._at + 1]

    def members(self) -> Iterator[str]:
        """Yield the keys of the object that comes next; take each one's value before the next key."""
        for _ in self._parts("{", "}"):
            key = self.value()
            if not isinstance(key, str):
                raise ValueError(f"a key is no string before character {self._at}")
            self._take(":")
            yield key

    def items(self) -> Iterator[object]:
        """Yield the values in the list that comes next."""
        for _ in self._parts("[", "]"):
            yield self.value()

    def value(self) -> object:
        """Return the value that comes next, which has at most `LONGEST_VALUE` characters."""
        self.next_sign()
        problem = "it goes on"
        for size in (_USUAL, LONGEST_VALUE):
            piece = self._text[self._at : self._at + size]
            try:
                value, end = _DECODER.raw_decode(piece)
            except json.JSONDecodeError as error:
                problem = f"{error.msg} at character {self._at + error.pos}"
                continue
            # a number that ends with the piece may go on after it
            if end < len(piece) or self._at + end == len(self._text):
                self._at += end
                return value
        raise ValueError(f"no value within {LONGEST_VALUE >> 10} KiB of character {self._at}: {problem}")

    def finish(self) -> None:
        """Raise ValueError where something follows."""
        if self.next_sign():
            raise ValueError(f"more text after the end, at character {self._at}")

    def _parts(self, opening: str, closing: str) -> Iterator[None]:
        """Yield once for each part between two signs; commas separate the parts."""
        self._take(opening)
        if self.next_sign() == closing:
            self._at += 1
            return
        while True:
            yield
            if self.next_sign() != ",":
                break
            self._at += 1
        self._take(closing)

    def _take(self, sign: str) -> None:
        if self.next_sign() != sign:
            raise ValueError(f"no {sign} at character {self._at}")
        self._at += 1
