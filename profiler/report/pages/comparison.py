"""The page of two runs compared: the verdicts first, then speed, environments and internals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...comparison.environments import EnvironmentChange
from ...comparison.growth import GrowthChange
from ...comparison.internals import NEVER_ENTERED, InternalChange, value_text
from ...comparison.runs import RunComparison, VariantChange
from ...comparison.sides import Side
from ...results import growth
from ...results.document import Slope
from ...statistics import GROWS
from .. import numbers
from ..blocks import Block, Column, Lines, Records, Table, Title, Value, table, text_columns
from ..numbers import MISSING

LEGEND = (
    "ms: median of calls with nothing attached, averaged over processes; ratio: time after over time before, "
    "with its 95 % interval; "
    "points: difference of shares of the call, in per cent of it, with an interval over the calls of one "
    "process each, which others may leave; ms a call: difference of share x median. "
    "absent: the release has no such function; not called: this path never enters it; -: not known."
)

GROWN: Mapping[str, Callable[[float], str]] = {
    growth.BYTES: numbers.binary_size,
    growth.COUNT: numbers.count,
    growth.FRACTION: numbers.signed_share,
}

HEADER = (
    "variant",
    "quantity",
    "subject",
    "instrument",
    "before",
    "after",
    "change",
    "interval_low",
    "interval_high",
    "note",
)


@dataclass(frozen=True)
class ComparisonPage:
    """Two runs compared."""

    comparison: RunComparison

    @property
    def title(self) -> str:
        """The names of both runs."""
        return f"{self.comparison.after.run} against {self.comparison.before.run}"

    def blocks(self) -> Iterator[Block]:
        """Yield the verdicts, then what is behind them."""
        comparison = self.comparison
        yield Lines(tuple(_finding(one) for one in comparison.variants), "finding")
        yield Lines((_side("before", comparison.before), _side("after", comparison.after)))
        yield Title("Speed", f"smallest effect of interest {comparison.smallest_effect * 100:g} %")
        yield _speed(comparison.variants)
        notes = tuple(text for one in comparison.variants if (text := _doubt(one)))
        if notes:
            yield Lines(notes)
        for change in comparison.environments:
            yield from _environment(change)
        for variant in comparison.variants:
            yield from _variant(variant)
        for text, names in (("Only before", comparison.only_before), ("Only after", comparison.only_after)):
            if names:
                yield Title(text, "no variant of the same id on the other side")
                yield Lines(names)
        if comparison.warnings:
            yield Title("Warnings")
            yield Lines(comparison.warnings, "warning")
        yield Title("How to read this")
        yield Lines((LEGEND, f"internals by catalogue {comparison.catalogue}"))

    def document(self) -> dict[str, Any]:
        """Return the comparison's JSON object."""
        return self.comparison.to_json()

    def records(self) -> Records:
        """Return a row for each median, with its ratio, and each share and growth, with its difference."""
        return Records(HEADER, (row for one in self.comparison.variants for row in _records(one)))


def page(comparison: RunComparison) -> ComparisonPage:
    """Return the page of two runs compared."""
    return ComparisonPage(comparison)


def _side(name: str, side: Side) -> str:
    return f"{name}: run {side.run} of {side.created or 'an unknown time'}, {', '.join(side.environments)}"


def _records(one: VariantChange) -> Iterator[tuple[Value, ...]]:
    low, high = one.interval or (None, None)
    name = one.name
    yield (name, "median_ms", "", "wall", one.before_ms, one.after_ms, one.ratio, low, high, one.verdict)
    for change in one.internals:
        low, high = change.share_difference_interval or (None, None)
        shares = change.share_before, change.share_after, change.share_difference
        note = change.reason or f"{change.presence_before} before, {change.presence_after} after"
        yield (name, "share", change.internal, change.instrument or "", *shares, low, high, note)
    yield from (_grown_record(name, change) for change in one.growth)


def _grown_record(name: str, change: GrowthChange) -> tuple[Value, ...]:
    low, high = change.difference_interval or (None, None)
    values = (None if slope is None else slope.value for slope in (change.before, change.after))
    note = f"{_word(change.before)} before, {_word(change.after)} after"
    return (name, "growth", change.quantity, "wall", *values, change.difference, low, high, note)


def _finding(one: VariantChange) -> str:
    times = [MISSING if ms is None else numbers.duration(ms) for ms in (one.before_ms, one.after_ms)]
    ratio = "no ratio" if one.ratio is None else f"{numbers.ratio(one.ratio)} times"
    interval = f" ({numbers.interval(one.interval)})" if one.interval else ""
    return f"{one.name}: {times[0]} before, {times[1]} after: {ratio}{interval}: {one.verdict}"


def _doubt(one: VariantChange) -> str | None:
    """Return what a verdict lacks: its reason, or how much longer to measure."""
    longer = None if one.more_seconds is None else numbers.longer(one.more_seconds)
    known = "; ".join(text for text in (one.reason, longer, _frame(one)) if text)
    return f"{one.name}: {known}" if known else None


def _frame(one: VariantChange) -> str | None:
    """Return the ratio of predict's frames, without what is freed after them, where calls are split."""
    if one.frame is None:
        return None
    told = f"{numbers.ratio(one.frame.ratio)} times ({numbers.interval(one.frame.interval)})"
    return f"until predict's frame ends {told}: {one.frame.verdict}"


def _speed(variants: tuple[VariantChange, ...]) -> Table:
    measured = map(Column, ("before, ms", "after, ms", "ratio", "interval"))
    return table(
        Column("variant", "text"),
        *measured,
        Column("verdict", "text"),
        rows=(
            (
                one.name,
                numbers.milliseconds(one.before_ms),
                numbers.milliseconds(one.after_ms),
                numbers.ratio(one.ratio),
                numbers.interval(one.interval),
                one.verdict,
            )
            for one in variants
        ),
    )


def _environment(change: EnvironmentChange) -> Iterator[Block]:
    yield Title("Environments", f"{change.before} before, {change.after} after")
    if not change.facts:
        yield Lines(("no known fact differs",))
        return
    rows = tuple((fact.name, value_text(fact.before), value_text(fact.after)) for fact in change.facts)
    yield table(*text_columns("fact", "before", "after"), rows=rows)
    if change.machine:
        names = ", ".join(fact.name for fact in change.machine)
        yield Lines((f"the machines differ ({names}): no verdict says same",), "warning")


def _variant(one: VariantChange) -> Iterator[Block]:
    changed = [(fact.name, value_text(fact.before), value_text(fact.after)) for fact in one.facts]
    moved = {change.internal: change for change in one.internals if change.came_or_went}
    changed += [
        (f"{name} {change.came_or_went}", change.presence_before, change.presence_after)
        for name, change in moved.items()
    ]
    if changed:
        yield Title(f"{one.name}: what came and went")
        yield table(*text_columns("what", "before", "after"), rows=changed)
    yield from _growth(one)
    instruments = dict.fromkeys(change.instrument for change in one.internals if change.instrument)
    for instrument in instruments:
        yield Title(f"{one.name}: internals", f"under {instrument}; shares overlap")
        # An internal that neither run measured has no instrument and is in each table.
        yield from _internals([change for change in one.internals if change.instrument in (instrument, None)])


def _growth(one: VariantChange) -> Iterator[Block]:
    """Yield what grows on either side; nothing where nothing does."""
    known = [change for change in one.growth if GROWS in (_word(change.before), _word(change.after))]
    if known:
        yield Title(f"{one.name}: what grows", "with each call, after a collection of all garbage")
        columns = (Column("what", "text"), *map(Column, ("before", "after", "difference", "interval")))
        yield table(*columns, rows=map(_grown, known))


def _word(slope: Slope | None) -> str:
    return MISSING if slope is None else slope.verdict


def _grown(change: GrowthChange) -> tuple[str, ...]:
    write = GROWN[change.unit]
    sides = (
        MISSING if slope is None else f"{write(slope.value)}, {slope.verdict}"
        for slope in (change.before, change.after)
    )
    bounds = change.difference_interval
    interval = MISSING if bounds is None else "..".join(map(write, bounds))
    return (
        change.quantity,
        *sides,
        MISSING if change.difference is None else write(change.difference),
        interval,
    )


def _internals(changes: list[InternalChange]) -> Iterator[Block]:
    shown = [one for one in changes if not {one.presence_before, one.presence_after} <= set(NEVER_ENTERED)]
    rows = tuple(
        (
            one.internal,
            _share(one.presence_before, one.share_before),
            _share(one.presence_after, one.share_after),
            _signed(one.share_difference, lambda value: f"{value * 100:.1f}"),
            _bounds(one),
            _signed(one.ms_difference, numbers.milliseconds),
        )
        for one in shown
    )
    measured = map(Column, ("before", "after", "points", "interval", "ms a call"))
    yield table(Column("internal", "text"), *measured, rows=rows)
    reasons: dict[str, list[str]] = {}
    for one in shown:
        if one.reason:
            reasons.setdefault(one.reason, []).append(one.internal)
    notes = [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]
    if len(shown) < len(changes):
        notes.append(f"{len(changes) - len(shown)} more internals are absent or not called in both")
    if notes:
        yield Lines(tuple(notes))


def _share(presence: str, share: float | None) -> str:
    if presence in NEVER_ENTERED:
        return presence
    return numbers.share(share)


def _bounds(one: InternalChange) -> str:
    if one.share_difference_interval is None:
        return MISSING
    return "..".join(f"{bound * 100:+.1f}" for bound in one.share_difference_interval)


def _signed(value: float | None, write: Callable[[float], str]) -> str:
    """Return a difference with its sign; what is written as zero has none."""
    if value is None:
        return MISSING
    text = write(abs(value))
    if not text.strip("0."):
        return text
    return ("-" if value < 0 else "+") + text
