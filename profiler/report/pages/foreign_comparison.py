"""The page of two files, or of a file and a run: differences of shares, and no verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...comparison.foreign import WORDS, EntryChange, ForeignComparison, ShareChange
from ...protocol.vocabulary import counted
from .. import numbers
from ..blocks import Block, Column, Lines, Records, Table, Title, Value, table
from ..numbers import MISSING

HEADER = ("entry_point", "quantity", "subject", "before", "after", "change", "note")


@dataclass(frozen=True)
class ForeignComparisonPage:
    """Two sides compared."""

    comparison: ForeignComparison

    @property
    def title(self) -> str:
        """The names of both sides."""
        return f"{self.comparison.after} against {self.comparison.before}"

    def blocks(self) -> Iterator[Block]:
        """Yield what each entry point takes on both sides, and the internals' shares."""
        comparison = self.comparison
        yield Lines(tuple(map(_took, comparison.entries)), "finding")
        sides = (
            f"before: {comparison.before}; after: {comparison.after}; both are {WORDS[comparison.measure]}"
        )
        yield Lines((sides,))
        for one in comparison.entries:
            if any(_shown(change) for change in one.internals):
                yield Title(f"{one.entry_point}: internals", "shares of the calls' frames; they overlap")
                yield _internals(one)
            reasons: dict[str, list[str]] = {}
            for change in one.internals:
                if change.reason:
                    reasons.setdefault(change.reason, []).append(change.internal)
            if reasons:
                yield Lines(tuple(f"{', '.join(names)}: {reason}" for reason, names in reasons.items()))
        yield Lines((comparison.note,), "warning")

    def document(self) -> dict[str, Any]:
        """Return the comparison's JSON object."""
        return self.comparison.to_json()

    def records(self) -> Records:
        """Return a row for each time in s a call and for each share."""
        return Records(HEADER, (row for one in self.comparison.entries for row in _records(one)))


def page(comparison: ForeignComparison) -> ForeignComparisonPage:
    """Return the page of a comparison."""
    return ForeignComparisonPage(comparison)


def _took(one: EntryChange) -> str:
    sides = (
        ("before", one.seconds_a_call_before, one.calls_before),
        ("after", one.seconds_a_call_after, one.calls_after),
    )
    known = [f"{_time(seconds, calls)} {side}" for side, seconds, calls in sides if seconds is not None]
    told = f"{', '.join(known)}, under the profiler" if known else "its time a call is unknown"
    return f"{one.entry_point}: {told}" + (f" ({one.reason})" if one.reason else "")


def _time(seconds_a_call: float, calls: int | None) -> str:
    counts = "" if calls is None else f" ({counted(calls, 'call')})"
    return f"{numbers.duration(seconds_a_call * 1e3)} a call{counts}"


def _internals(one: EntryChange) -> Table:
    rows = (
        (
            change.internal,
            numbers.share(change.before),
            numbers.share(change.after),
            _points(change.difference),
        )
        for change in one.internals
        if _shown(change)
    )
    columns = (Column("internal", "text", True), Column("before"), Column("after"), Column("points"))
    return table(*columns, rows=rows)


def _shown(change: ShareChange) -> bool:
    return change.before is not None or change.after is not None


def _points(difference: float | None) -> str:
    """Return a difference of shares in points, with its sign; what is written as zero has none."""
    if difference is None:
        return MISSING
    text = f"{difference * 100:+.1f}"
    return text if text.strip("+-0.") else text[1:]


def _records(one: EntryChange) -> Iterator[tuple[Value, ...]]:
    times = (one.seconds_a_call_before, one.seconds_a_call_after)
    change = None if times[0] is None or times[1] is None else times[1] - times[0]
    yield (one.entry_point, "s a call", "frame", *times, change, "")
    for part in one.internals:
        shares = (part.before, part.after, part.difference)
        yield (one.entry_point, "share", part.internal, *shares, part.reason or "")
