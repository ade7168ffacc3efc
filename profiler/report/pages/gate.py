"""The page of a gate: whether it fails, and each variant's conditions with their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...comparison.gate.document import FAILS, OPEN, PASSES, ConditionResult, Gate, Judgement
from ...comparison.gate.quantities import BYTES, COUNT, FRACTION, MS, RATIO
from .. import numbers
from ..blocks import Block, Column, Emphasis, Layout, Lines, Marked, Records, Row, Table, Value
from ..numbers import MISSING

# From so much more on, a fraction reads better as a multiple.
TIMES = 9.0
ORDER = (FAILS, OPEN, PASSES)
EMPHASIS: Mapping[str, Emphasis] = {FAILS: "notable", OPEN: "strong", PASSES: ""}
WRITTEN: Mapping[str, Callable[[float], str]] = {
    FRACTION: lambda value: f"{value * 100:.1f} %" if value < TIMES else f"{value + 1:.3g} times",
    RATIO: numbers.ratio,
    MS: numbers.duration,
    COUNT: numbers.count,
    BYTES: numbers.binary_size,
}
HEADER = (
    "expression",
    "environment",
    "variant",
    "baseline",
    "outcome",
    "condition",
    "holds",
    "value",
    "interval_low",
    "interval_high",
    "unit",
    "word",
    "reason",
)


@dataclass(frozen=True)
class GatePage:
    """What was judged of a run or of two."""

    gate: Gate

    @property
    def title(self) -> str:
        """What was judged."""
        against = "" if self.gate.baseline is None else f" against {self.gate.baseline}"
        return f"Gate on {self.gate.run}{against}"

    def blocks(self) -> Iterator[Block]:
        """Yield the outcome, then each condition of each variant, those that fail first."""
        gate = self.gate
        yield Lines((summary(gate),), "finding")
        if gate.judgements:
            yield _table(sorted(gate.judgements, key=lambda one: ORDER.index(one.outcome)))
        notes = (*dict.fromkeys(one.note for one in gate.judgements if one.note), *_left(gate))
        if notes:
            yield Lines(notes)
        if gate.warnings:
            yield Lines(tuple(dict.fromkeys(gate.warnings)), "warning")

    def document(self) -> dict[str, Any]:
        """Return the gate's JSON object."""
        return self.gate.to_json()

    def records(self) -> Records:
        """Return a row for each condition of each variant."""
        return Records(HEADER, (row for one in self.gate.judgements for row in _records(one)))


def page(gate: Gate) -> GatePage:
    """Return the page of a gate."""
    return GatePage(gate)


def summary(gate: Gate) -> str:
    """Return the outcome in a line: ``gate fails: 1 fails, 2 pass (exit code 1)``."""
    counts = Counter(one.outcome for one in gate.judgements)
    verbs = {FAILS: ("fails", "fail"), OPEN: ("is open", "are open"), PASSES: ("passes", "pass")}
    told = [f"{counts[word]} {verbs[word][counts[word] > 1]}" for word in ORDER if counts[word]]
    policy = ""
    if gate.outcome == OPEN and gate.cannot_tell is not None:
        policy = f", which counts as {gate.cannot_tell}"
    return f"gate {gate.outcome}{policy}: {', '.join(told) or 'nothing judged'} (exit code {gate.exit_code})"


def said(one: ConditionResult) -> str:
    """Return what a condition's quantity is, with its interval: ``12.0 % (10.1 %..13.9 %)``."""
    value, interval = _value(one), _interval(one)
    return value if interval == MISSING else f"{value} ({interval})"


def _table(judgements: list[Judgement]) -> Table:
    columns = (
        Column("", "text", whole=True),
        Column("variant", "text"),
        Column("condition", "text"),
        Column("is"),
        Column("interval"),
        Column("why", "text"),
    )
    rows = tuple(row for one in judgements for row in _rows(one))
    bare = tuple(Row(row.cells[:4]) for row in rows)
    notes = tuple(note for one in judgements for note in _notes(one))
    return Table((Layout(columns, rows), Layout(columns[:4], bare, notes)))


def _notes(one: Judgement) -> Iterator[str]:
    """Yield what has no room in a narrow table: why a condition is open, with its interval."""
    for condition in one.conditions:
        if condition.reason:
            yield f"{one.name}: {condition.condition}: {said(condition)}: {condition.reason}"


def _rows(one: Judgement) -> Iterator[Row]:
    """Yield a row for each condition; the outcome and the variant stand in the first."""
    head: tuple[Marked, str] = (Marked(one.outcome, EMPHASIS[one.outcome]), one.name)
    for condition in one.conditions:
        yield Row(
            (
                *head,
                condition.condition,
                _value(condition),
                _interval(condition),
                condition.reason or "",
            )
        )
        head = Marked(""), ""


def _value(one: ConditionResult) -> str:
    if one.word is not None:
        return one.word
    return MISSING if one.value is None else WRITTEN[one.unit](one.value)


def _interval(one: ConditionResult) -> str:
    if one.interval is None or one.interval[0] == one.interval[1]:
        return MISSING
    return "..".join(map(WRITTEN[one.unit], one.interval))


def _left(gate: Gate) -> Iterator[str]:
    """Yield what was not judged, those of one reason together."""
    groups: dict[tuple[str | None, str], list[str]] = {}
    for one in gate.left:
        groups.setdefault((one.expression, one.reason), []).append(one.subject)
    for (expression, reason), names in groups.items():
        by = "" if expression is None else f" by {expression}"
        yield f"not judged{by}: {', '.join(names)}: {reason}"


def _records(one: Judgement) -> Iterator[tuple[Value, ...]]:
    for condition in one.conditions:
        low, high = condition.interval or (None, None)
        yield (
            one.expression,
            one.environment,
            one.subject,
            one.baseline,
            one.outcome,
            condition.condition,
            condition.holds,
            condition.value,
            low,
            high,
            condition.unit,
            condition.word,
            condition.reason,
        )
