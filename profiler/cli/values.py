"""Types of the command line's values; an unknown name is answered with the nearest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ..protocol.errors import UsageError
from ..protocol.vocabulary import require_known

if TYPE_CHECKING:
    _Text = click.ParamType[str]
    _Texts = click.ParamType[tuple[str, ...]]
    _Integers = click.ParamType[tuple[int, ...]]
    _Fraction = click.ParamType[float]
else:
    # of the releases of click that are supported, only the newest can be subscripted
    _Text = _Texts = _Integers = _Fraction = click.ParamType


class Name(_Text):
    """One of some names, such as a format or a viewer."""

    name = "name"

    def __init__(self, kind: str, known: Sequence[str]) -> None:
        self.kind = kind
        self.known = tuple(known)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name.

        Raises:
            UsageError: it is unknown; the nearest one is named.
        """
        return require_known(self.kind, value, self.known)


class Words(_Texts):
    """Words, separated by commas."""

    name = "words"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the words, without the blanks around them."""
        return value if isinstance(value, tuple) else tuple(word.strip() for word in value.split(","))


class Names(Words):
    """Some of several names, separated by commas."""

    def __init__(self, kind: str, known: Sequence[str]) -> None:
        self._one = Name(kind, known)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the names.

        Raises:
            UsageError: one is unknown; the nearest one is named.
        """
        return tuple(self._one.convert(word, param, ctx) for word in super().convert(value, param, ctx))


class Numbers(_Integers):
    """Whole numbers, separated by commas."""

    name = "numbers"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Return the numbers.

        Raises:
            UsageError: something else is among them.
        """
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(word) for word in value.split(","))
        except ValueError as error:
            what = "give whole numbers, like 32 or 1,32,256"
            raise UsageError(what, f"{_named(param)}{value}") from error


class Share(_Fraction):
    """A share of the call, given as ``2%`` or ``0.02``."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the share as a fraction of 1.

        Raises:
            UsageError: it is no number, or not between 0 and 1.
        """
        number = re.fullmatch(r"(\d+\.?\d*|\.\d+)(\s*%)?", str(value).strip())
        share = float(number[1]) / (100 if number[2] else 1) if number else -1.0
        if not 0 <= share <= 1:
            raise UsageError("give a share of the call, like 2% or 0.02", f"{_named(param)}{value}")
        return share


def _named(param: click.Parameter | None) -> str:
    return f"{param.opts[0]} " if isinstance(param, click.Option) else ""
