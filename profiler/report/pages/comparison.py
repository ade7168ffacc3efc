"""What a comparison of two runs shows, as blocks that each format draws in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...compare.internals import NEVER_ENTERED, InternalChange, said
from ...compare.runs import EnvironmentChange, RunComparison, VariantChange
from .. import numbers
from ..blocks import Block, Grid, Lines, Title
from ..numbers import MISSING

LEGEND = (
    "ms: median of calls with nothing attached; ratio: time after over time before, with its 95 % interval; "
    "points: difference of shares of the call, in per cent of it, with an interval over the calls of one "
    "process each, which others may leave; ms a call: difference of share x median. "
    "absent: the release has no such function; not called: this path never enters it; -: not known."
)


def page(comparison: RunComparison) -> Iterator[Block]:
    """Yield the blocks of a comparison in the order in which they are read."""
    yield Lines(tuple(_finding(one) for one in comparison.variants), "finding")
    yield Lines(
        tuple(
            f"{name}: run {side.run} of {side.created or 'an unknown time'}, {', '.join(side.environments)}"
            for name, side in (("before", comparison.before), ("after", comparison.after))
        )
    )
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


def _finding(one: VariantChange) -> str:
    times = [MISSING if ms is None else numbers.duration(ms) for ms in (one.before_ms, one.after_ms)]
    ratio = "no ratio" if one.ratio is None else f"{numbers.ratio(one.ratio)} times"
    interval = f" ({numbers.interval(one.interval)})" if one.interval else ""
    return f"{one.id}: {times[0]} before, {times[1]} after: {ratio}{interval}: {one.verdict}"


def _doubt(one: VariantChange) -> str | None:
    """Return what a verdict lacks: its reason, or the time that would decide."""
    longer = (
        None if one.more_seconds is None else f"about {numbers.seconds(one.more_seconds)} more would decide"
    )
    known = "; ".join(text for text in (one.reason, longer) if text)
    return f"{one.id}: {known}" if known else None


def _speed(variants: tuple[VariantChange, ...]) -> Grid:
    return Grid(
        ("variant", "before, ms", "after, ms", "ratio", "interval", "verdict"),
        tuple(
            (
                one.id,
                numbers.milliseconds(one.before_ms),
                numbers.milliseconds(one.after_ms),
                numbers.ratio(one.ratio),
                numbers.interval(one.interval),
                one.verdict,
            )
            for one in variants
        ),
        (0, 5),
    )


def _environment(change: EnvironmentChange) -> Iterator[Block]:
    yield Title("Environments", f"{change.before} before, {change.after} after")
    if not change.facts:
        yield Lines(("no known fact differs",))
        return
    rows = tuple((fact.name, said(fact.before), said(fact.after)) for fact in change.facts)
    yield Grid(("fact", "before", "after"), rows, (0, 1, 2))
    if change.machine:
        names = ", ".join(fact.name for fact in change.machine)
        yield Lines((f"the machines differ ({names}): no verdict says same",), "warning")


def _variant(one: VariantChange) -> Iterator[Block]:
    changed = [(fact.name, said(fact.before), said(fact.after)) for fact in one.facts]
    moved = {change.internal: change for change in one.internals if change.came_or_went}
    changed += [
        (f"{name} {change.came_or_went}", change.presence_before, change.presence_after)
        for name, change in moved.items()
    ]
    if changed:
        yield Title(f"{one.id}: what came and went")
        yield Grid(("what", "before", "after"), tuple(changed), (0, 1, 2))
    instruments = dict.fromkeys(change.instrument for change in one.internals if change.instrument)
    for instrument in instruments:
        yield Title(f"{one.id}: internals", f"under {instrument}; shares overlap")
        # An internal that neither run measured has no instrument, and stands in each table.
        yield from _internals([change for change in one.internals if change.instrument in (instrument, None)])


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
    yield Grid(("internal", "before", "after", "points", "interval", "ms a call"), rows)
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
