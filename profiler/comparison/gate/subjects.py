"""What a gate judges: each variant of a run, or each pair of variants that is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...protocol import vocabulary
from ...protocol.instruments import SPEED, instrument
from ...protocol.vocabulary import Variant
from ...results import speed
from ...results.document import Comparison, FrameRatio, Interval, Report, Sides, VariantReport
from ...statistics.verdicts import SAME
from .. import growth
from ..growth import GrowthChange
from ..internals import InternalChange, internal_changes
from ..runs import RunComparison, VariantChange

ITSELF = "both sides are one measurement: nothing can differ, and no gate fails"


@dataclass(frozen=True)
class Times:
    """What is known of the ratio of two times, after over before."""

    ratio: float | None
    interval: Interval | None
    verdict: str | None
    reason: str | None


@dataclass(frozen=True)
class Against:
    """What a variant is compared with, and what came out.

    Attributes:
        baseline: the variant of before.
        calls: the times of whole calls; None where nobody timed them.
        frames: those until the end of predict's frame; None where calls are not split.
        outputs: ``same``, ``differ`` or ``vary``; None where nobody knows.
        drift: what the machine may have done in between, which no interval covers.
        internals: how each internal's share changed.
        growth: how what grows changed.
    """

    baseline: str
    calls: Times | None
    frames: Times | None
    outputs: str | None
    drift: str | None
    internals: tuple[InternalChange, ...]
    growth: tuple[GrowthChange, ...]


@dataclass(frozen=True)
class Subject:
    """One variant, and what it is compared with, if so.

    ``itself``: it is compared with itself, so that nothing can have changed.
    """

    name: str
    variant: VariantReport
    against: Against | None = None
    itself: bool = False


def of_report(report: Report, compared: bool) -> tuple[Subject, ...]:
    """Return the variants of a run; where they are to be compared, each pair that a report compares.

    Those are compiled with uncompiled, and the other entry points with predict, measured in the same
    processes; where two sides took turns, each variant of this side with the same of the base. One whose
    calls could not be timed is among them, without a ratio. The base is not judged by itself.
    """
    if report.sides is not None:
        return _of_sides(report, report.sides, compared)
    named = {f"{one.environment}:{one.id}": one for one in report.variants}
    several = len({one.environment for one in report.variants}) > 1
    shown = {key: key if several else one.id for key, one in named.items()}
    if not compared:
        return tuple(Subject(shown[key], one) for key, one in named.items())
    known = {(one.baseline, one.candidate): one for one in report.comparisons}
    return tuple(
        Subject(
            shown[candidate],
            named[candidate],
            _within((named[baseline], named[candidate]), shown[baseline], known.get((baseline, candidate))),
        )
        for baseline, candidate in _pairs(report.variants)
    )


def _of_sides(report: Report, sides: Sides, compared: bool) -> tuple[Subject, ...]:
    this, base = (
        {_variant(one): one for one in report.variants if one.environment == slug}
        for slug in (sides.this, sides.base)
    )
    if not compared:
        return tuple(Subject(one.id, one) for one in this.values())
    known = {(one.baseline, one.candidate): one for one in report.comparisons}
    found = []
    for candidate, baseline in speed.across(this, base):
        names = f"{sides.base}:{baseline.id}", f"{sides.this}:{candidate.id}"
        against = _within((base[baseline], this[candidate]), names[0], known.get(names))
        found.append(Subject(candidate.id, this[candidate], against))
    return tuple(found)


def _pairs(variants: tuple[VariantReport, ...]) -> Iterator[tuple[str, str]]:
    """Yield baseline and candidate, as ENV:ID, of all that a report compares."""
    for slug in dict.fromkeys(one.environment for one in variants):
        own = {_variant(one): f"{slug}:{one.id}" for one in variants if one.environment == slug}
        for baseline, candidate in vocabulary.compared(own):
            yield own[baseline], own[candidate]


def _variant(one: VariantReport) -> Variant:
    return Variant(one.workload, one.compile_state, one.entry_point, one.batch_size, one.rows)


def _within(pair: tuple[VariantReport, VariantReport], baseline: str, found: Comparison | None) -> Against:
    before, after = pair
    return Against(
        baseline,
        _untimed(pair) if found is None else Times(found.ratio, found.interval, found.verdict, found.reason),
        None if found is None else _of_frames(found.frame),
        None if found is None else found.outputs,
        None,
        tuple(internal_changes(before, after)),
        tuple(growth.changes(before.growth, after.growth)),
    )


def _untimed(pair: tuple[VariantReport, VariantReport]) -> Times | None:
    """Return times that are not known since measuring them failed; None where nobody tried."""
    failed = (f"{one.id}: {why}" for one in pair if (why := untimed(one)) is not None)
    reason = next(failed, None)
    return None if reason is None else Times(None, None, None, reason)


def untimed(variant: VariantReport) -> str | None:
    """Return why a variant was not timed though it should have been; None where it was, or nobody tried."""
    if variant.latency_ms is not None:
        return None
    if not variant.captures:
        return variant.reason
    of_speed = (one for one in variant.captures if SPEED in instrument(one.instrument).gives)
    return next((one.reason or one.status for one in of_speed), None)


def of_comparison(found: RunComparison) -> tuple[Subject, ...]:
    """Return the variants of the second run, each against the first run's."""
    return tuple(_subjects(found))


def _subjects(found: RunComparison) -> Iterator[Subject]:
    report = found.after_report
    after = {} if report is None else {(one.environment, one.id): one for one in report.variants}
    for one in found.variants:
        variant = after.get((one.after, one.after_id or one.id))
        if variant is not None:
            name = variant.id if one.before == one.after else f"{one.after}:{variant.id}"
            yield Subject(name, variant, _between(one), one.itself)


def _between(one: VariantChange) -> Against:
    baseline = one.id if one.before == one.after else f"{one.before}:{one.id}"
    calls = Times(one.ratio, one.interval, one.verdict, one.reason)
    return Against(
        baseline,
        Times(1.0, (1.0, 1.0), SAME, None) if one.itself else calls,
        _of_frames(one.frame),
        one.outputs,
        None if one.itself else one.drift,
        one.internals,
        one.growth,
    )


def _of_frames(found: FrameRatio | None) -> Times | None:
    return None if found is None else Times(found.ratio, found.interval, found.verdict, found.reason)
