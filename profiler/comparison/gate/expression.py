"""The language of gates, read into frozen objects; nothing in it is ever run as Python.

::

    expression  = part ("or" part)*
    part        = term ("and" term)*
    term        = "(" expression ")" | condition
    condition   = NAME [OPERATOR VALUE]
    OPERATOR    = "<" | "<=" | ">" | ">=" | "==" | "!="
    VALUE       = a number, a number with "%", or a word; one with blanks stands in quotes
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...protocol.errors import UsageError

OPERATORS = ("<=", ">=", "==", "!=", "<", ">")
ORDERS = ("<", "<=", ">", ">=")
LONGEST = 2000
DEEPEST = 50
LONGEST_SHOWN = 60

AND, OR, NOT = "and", "or", "not"
TOKENS = re.compile(
    r"""(?P<blank>\s+)
      | (?P<open>\() | (?P<close>\))
      | (?P<operator><=|>=|==|!=|<|>)
      | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])(?P<percent>\s*%)?
      | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?![\w.])
      | '(?P<single>[^']*)' | "(?P<double>[^"]*)"
    """,
    re.VERBOSE | re.ASCII,
)
# What people write who know another language.
MEANT = {"=": "==", "&&": "and", "&": "and", "||": "or", "|": "or", "!": "!="}


class ExpressionError(UsageError):
    """An expression that cannot be read or asks what nobody can answer; its text shows the column.

    Args:
        text: the expression.
        column: where it goes wrong, from 1.
        what: what is wrong there.
        to_do: what the user can do about it, when known.
    """

    def __init__(self, text: str, column: int, what: str, to_do: str | None = None) -> None:
        shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
        super().__init__(f"column {column}: {what}", shown or "an empty expression", to_do)
        self.args = (text, column, what, to_do)
        self.column = column


@dataclass(frozen=True)
class Number:
    """A number to compare with; one that was given in per cent is held as a fraction of 1."""

    value: float
    percent: bool
    column: int


@dataclass(frozen=True)
class Word:
    """A word to compare with."""

    text: str
    column: int


@dataclass(frozen=True)
class Condition:
    """A name, alone or compared with a value; ``text`` is how it was written."""

    name: str
    operator: str | None
    value: Number | Word | None
    column: int
    text: str


@dataclass(frozen=True)
class AllOf:
    """Parts joined by ``and``."""

    parts: tuple[Term, ...]


@dataclass(frozen=True)
class AnyOf:
    """Parts joined by ``or``."""

    parts: tuple[Term, ...]


Term = Condition | AllOf | AnyOf


@dataclass(frozen=True)
class Expression:
    """A whole expression: its text and what it says."""

    text: str
    term: Term

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition, from left to right."""
        yield from conditions(self.term)


def conditions(term: Term) -> Iterator[Condition]:
    """Yield every condition of a term, from left to right."""
    if isinstance(term, Condition):
        yield term
        return
    for part in term.parts:
        yield from conditions(part)


def parse(text: str) -> Expression:
    """Return what a text says.

    Raises:
        ExpressionError: it is no expression.
    """
    if len(text) > LONGEST:
        raise ExpressionError(text, LONGEST + 1, f"it has {len(text)} characters, {LONGEST} may be")
    reader = _Reader(text, tuple(_tokens(text)))
    found = reader.any_of(0)
    reader.require_end()
    return Expression(text.strip(), found)


@dataclass(frozen=True)
class _Token:
    """A piece of the text: its kind, how it was written, where it begins and ends, and what it means."""

    kind: str
    text: str
    begin: int
    end: int
    number: float = 0.0
    percent: bool = False

    @property
    def column(self) -> int:
        return self.begin + 1


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text):
        found = TOKENS.match(text, place)
        if found is None:
            raise _unreadable(text, place)
        begin, place = place, found.end()
        if found["blank"] is None:
            yield _token(text, found, begin)
    yield _Token("end", "", place, place)


def _token(text: str, found: re.Match[str], begin: int) -> _Token:
    if found["number"] is not None:
        value = float(found["number"])
        if not math.isfinite(value):
            raise ExpressionError(text, begin + 1, f"{found['number']} is larger than any number here")
        percent = found["percent"] is not None
        return _Token("number", found[0], begin, found.end(), value / 100 if percent else value, percent)
    for quoted in ("single", "double"):
        if found[quoted] is not None:
            return _Token("word", found[quoted], begin, found.end())
    if found["name"] in (AND, OR, NOT):
        return _Token(found["name"], found["name"], begin, found.end())
    kind = next(name for name in ("open", "close", "operator", "name") if found[name] is not None)
    return _Token(kind, found[0], begin, found.end())


def _unreadable(text: str, place: int) -> ExpressionError:
    """Return what to say of a place where no token begins."""
    rest = text[place:]
    run = re.match(r"[\w.+-]+|[=&|!<>]+|.", rest, re.DOTALL)
    piece = run[0] if run else rest
    if piece in MEANT:
        return ExpressionError(text, place + 1, f"{piece!r} is no operator", f"write {MEANT[piece]}")
    if rest[0] in "'\"":
        return ExpressionError(text, place + 1, "the quote is not closed")
    if rest[0].isdigit():
        what = f"{piece[:LONGEST_SHOWN]!r} is no number"
        return ExpressionError(text, place + 1, what, "leave the unit out; each name has its own")
    return ExpressionError(text, place + 1, f"{piece[:LONGEST_SHOWN]!r} means nothing here")


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str, tokens: tuple[_Token, ...]) -> None:
        self._text = text
        self._tokens = tokens
        self._place = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        taken = self._next
        self._place += 1
        return taken

    def _error(self, what: str, to_do: str | None = None) -> ExpressionError:
        return ExpressionError(self._text, self._next.column, what, to_do)

    def any_of(self, depth: int) -> Term:
        """Read parts joined by ``or``."""
        parts = [self._all_of(depth)]
        while self._next.kind == OR:
            self._take()
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self, depth: int) -> Term:
        parts = [self._term(depth)]
        while self._next.kind == AND:
            self._take()
            parts.append(self._term(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _term(self, depth: int) -> Term:
        if self._next.kind != "open":
            return self._condition()
        if depth == DEEPEST:
            raise self._error(f"more than {DEEPEST} parentheses lie within each other")
        opened = self._take()
        found = self.any_of(depth + 1)
        if self._next.kind != "close":
            raise self._error(f"the parenthesis of column {opened.column} is not closed here")
        self._take()
        return found

    def _condition(self) -> Condition:
        name = self._next
        if name.kind == NOT:
            raise self._error("'not' is no part of the language", "turn the condition round, as > into <=")
        if name.kind != "name":
            end = name.kind == "end"
            what = "it ends where a name is needed" if end else f"a name is needed, not {name.text!r}"
            raise self._error(what, "begin with one, like slower > 5%")
        self._take()
        if self._next.kind != "operator":
            return Condition(name.text, None, None, name.column, name.text)
        operator, last = self._take(), self._next
        value = self._value(operator.text)
        written = f"{name.text} {operator.text} {self._text[last.begin : last.end]}"
        return Condition(name.text, operator.text, value, name.column, written)

    def _value(self, operator: str) -> Number | Word:
        value = self._next
        if value.kind == "number":
            self._take()
            return Number(value.number, value.percent, value.column)
        if value.kind in ("name", "word"):
            self._take()
            return Word(value.text, value.column)
        raise self._error(f"a number or a word is needed after {operator}")

    def require_end(self) -> None:
        """Refuse what follows a whole expression."""
        if self._next.kind == "end":
            return
        if self._next.kind == "operator":
            raise self._error("a condition has one operator", "join two conditions with and")
        raise self._error(f"{self._next.text!r} follows a whole condition", "join conditions with and or or")
