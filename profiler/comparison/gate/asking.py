"""Checks an expression against the names that there are, before anything is read."""

from __future__ import annotations

from dataclasses import dataclass

from ...protocol.vocabulary import nearest
from . import expression, quantities
from .expression import ORDERS, AllOf, AnyOf, Condition, Expression, ExpressionError, Number, Word
from .quantities import FLAG, FRACTION, NUMBER, RATIO, WORD, Named, UnknownNameError


@dataclass(frozen=True)
class Asked:
    """A condition that can be judged.

    Attributes:
        text: how it was written.
        named: what it is about.
        operator: how that is compared; None for a yes or no.
        threshold: the number that it is compared with; None where it is no number.
        word: the word that it is compared with; None where it is none.
    """

    text: str
    named: Named
    operator: str | None
    threshold: float | None = None
    word: str | None = None


@dataclass(frozen=True)
class Every:
    """Terms that must all hold."""

    parts: tuple[AskedTerm, ...]


@dataclass(frozen=True)
class Some:
    """Terms of which one must hold."""

    parts: tuple[AskedTerm, ...]


AskedTerm = Asked | Every | Some


@dataclass(frozen=True)
class Question:
    """An expression whose every condition can be judged.

    Attributes:
        text: how it was written.
        term: what it asks.
        compared: whether it is of two sides.
        instruments: those whose captures may have to be read for it.
    """

    text: str
    term: AskedTerm
    compared: bool
    instruments: frozenset[str]


def question(text: str) -> Question:
    """Return what an expression asks.

    Raises:
        ExpressionError: it is no expression, has an unknown name, or compares unlike things.
    """
    parsed = expression.parse(text)
    found = {id(one): _asked(parsed, one) for one in parsed.conditions()}
    compared = any(one.named.quantity.compared for one in found.values())
    instruments = frozenset(name for one in found.values() for name in one.named.instruments)
    return Question(parsed.text, _term(parsed.term, found), compared, instruments)


def _term(term: expression.Term, found: dict[int, Asked]) -> AskedTerm:
    if isinstance(term, AllOf):
        return Every(tuple(_term(part, found) for part in term.parts))
    if isinstance(term, AnyOf):
        return Some(tuple(_term(part, found) for part in term.parts))
    return found[id(term)]


def _asked(parsed: Expression, condition: Condition) -> Asked:
    try:
        named = quantities.find(condition.name)
    except UnknownNameError as error:
        raise ExpressionError(parsed.text, condition.column, str(error)) from None
    checks = {NUMBER: _of_number, WORD: _of_word, FLAG: _of_flag}
    return checks[named.quantity.kind](parsed, condition, named)


def _of_flag(parsed: Expression, condition: Condition, named: Named) -> Asked:
    if condition.operator is not None:
        what = f"{condition.name} is a yes or no"
        raise ExpressionError(parsed.text, condition.column, what, f"write {condition.name} alone")
    return Asked(condition.text, named, None)


def _of_word(parsed: Expression, condition: Condition, named: Named) -> Asked:
    words = named.quantity.words
    example = f"{condition.name} == {(words or ('NAME',))[0]}"
    value = condition.value
    if condition.operator is None or condition.operator in ORDERS or not isinstance(value, Word):
        what = f"{condition.name} is a word"
        raise ExpressionError(parsed.text, condition.column, what, f"compare it, like {example}")
    word = value.text
    if words:
        word = word if word in words else word.replace("_", " ")
    if words and word not in words:
        what = f"{condition.name} is never {value.text!r}: {nearest(word, words)}"
        raise ExpressionError(parsed.text, value.column, what)
    return Asked(condition.text, named, condition.operator, word=word)


def _of_number(parsed: Expression, condition: Condition, named: Named) -> Asked:
    quantity, value = named.quantity, condition.value
    if condition.operator is None:
        if not quantity.alone:
            what = f"{condition.name} alone asks nothing"
            raise ExpressionError(
                parsed.text, condition.column, what, f"compare it, like {_example(condition, named)}"
            )
        return Asked(condition.text, named, ">", 0.0)
    if not isinstance(value, Number):
        what = f"{condition.name} is a number"
        column = condition.column if value is None else value.column
        raise ExpressionError(
            parsed.text, column, what, f"compare it with one, like {_example(condition, named)}"
        )
    _require_sense(parsed, condition, named, value)
    return Asked(condition.text, named, condition.operator, value.value)


def _require_sense(parsed: Expression, condition: Condition, named: Named, value: Number) -> None:
    """Refuse a threshold that can only be a slip of the hand, since a gate would never or always fail."""
    told, most = f"{value.value:g}", named.quantity.most
    if value.percent and named.unit not in (FRACTION, RATIO):
        what = f"{condition.name} is no fraction"
        raise ExpressionError(parsed.text, value.column, what, "leave out the %")
    if named.unit == FRACTION and not value.percent and abs(value.value) >= 1:
        what = f"{condition.name} is a fraction of 1: {told} would be {value.value * 100:g} %"
        raise ExpressionError(parsed.text, value.column, what, f"write {told}% or {value.value * 100:g}%")
    if most is not None and value.value > most:
        what = f"{condition.name} is never above {most * 100:g} %"
        raise ExpressionError(parsed.text, value.column, what)


def _example(condition: Condition, named: Named) -> str:
    return f"{condition.name} > {'5%' if named.unit == FRACTION else '1.05' if named.unit == RATIO else '20'}"
