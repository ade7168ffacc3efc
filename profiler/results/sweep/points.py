"""The points of a sweep: what a call takes in each way, and how the ways compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ... import statistics
from ...plan.sweep import SweepRequest
from ...protocol.vocabulary import Variant
from ...runs.record import RunRecord
from ...statistics import DIFFERS, Blocks, Estimate
from ...statistics.pairing import process_log_ratios
from .. import speed
from ..speed import Timed
from .document import Milliseconds, Point, Quantity

Way = tuple[str, str]


def name(way: Way) -> str:
    """Return a way's id, like ``compiled/predict``."""
    return "/".join(way)


@dataclass(frozen=True)
class Measured:
    """What was timed at one size, by way, and why a way was not."""

    size: int
    variants: Mapping[Way, Variant]
    timed: Mapping[Way, Timed]
    reasons: Mapping[Way, str]

    def logs(self, way: Way, other: Way) -> dict[int, float]:
        """Return the log ratio of two ways' times by the process that measured both."""
        if way not in self.timed or other not in self.timed:
            return {}
        above, below = self.timed[way].blocks, self.timed[other].blocks
        shared = [number for number in below.processes if number in above.processes]
        return dict(zip(shared, map(float, process_log_ratios(below, above)), strict=True))

    def ratio(self, way: Way, other: Way) -> Estimate:
        """Return the ratio of two ways' times."""
        return statistics.paired_ratio_of(np.array(list(self.logs(way, other).values()), np.float64))

    def middle_ns(self, way: Way) -> float:
        """Return the geometric mean of the processes' median calls, in ns."""
        return float(np.exp(self.timed[way].blocks.log_medians().mean()))

    def fastest(self, ways: Sequence[Way]) -> Way | None:
        """Return the way with the least time among those that were timed; None where none was."""
        known = [way for way in ways if way in self.timed]
        return min(known, key=self.middle_ns, default=None)


def measured(run: RunRecord, environment: str, asked: SweepRequest, sizes: Sequence[int]) -> list[Measured]:
    """Return what was timed at these sizes."""
    found = []
    for size in sizes:
        variants = {way: asked.variant(size, way) for way in asked.ways()}
        timed = {way: speed.timed(run, environment, variant) for way, variant in variants.items()}
        usable = {way: one for way, one in timed.items() if len(one.blocks)}
        reasons = {way: _reason(run, environment, variants[way]) for way in variants if way not in usable}
        found.append(Measured(size, variants, usable, reasons))
    return found


def _reason(run: RunRecord, environment: str, variant: Variant) -> str:
    failed = [one.reason for one in run.of(environment, variant) if one.reason]
    return failed[0] if failed else "not measured at this point"


def others(asked: SweepRequest) -> tuple[Way, ...]:
    """Return the ways other than predict that predict is compared with."""
    return tuple(way for way in asked.ways() if way[1] != "predict")


def floors(measured: Sequence[Measured], rivals: Sequence[Way]) -> list[Way | None]:
    """Return the fastest other way at each size, in order; None where nobody knows which it is.

    A size at which some ways were left out knows it only if those are there that are the fastest at the
    nearest complete sizes on either side.
    """
    known = [way for way in rivals if any(way in one.timed for one in measured)]
    whole = [one for one in measured if all(way in one.timed for way in known)]
    found = []
    for one in measured:
        below = [near for near in whole if near.size <= one.size][-1:]
        above = [near for near in whole if near.size >= one.size][:1]
        needed = {near.fastest(rivals) for near in (*below, *above)}
        found.append(one.fastest(rivals) if needed and needed <= {None, *one.timed} else None)
    return found


def point(
    one: Measured,
    floor: Way | None,
    asked: SweepRequest,
    smallest_effect: float,
    compute: Mapping[Variant, float],
) -> Point:
    """Return what a sweep says of one size.

    Args:
        one: what was timed.
        floor: the fastest other way, where that is known.
        asked: the sweep.
        smallest_effect: the relative difference that matters.
        compute: the share of the model's kernels, of the variants that were traced.
    """
    base = asked.baseline
    variant = one.variants[base]
    share = compute.get(variant)
    ratio, verdict = _compiled(one, asked, smallest_effect)
    best = None if floor is None and others(asked) else one.fastest((base, *others(asked)))
    return Point(
        one.size,
        variant.workload,
        variant.batch_size,
        variant.rows,
        {name(way): _milliseconds(one, way) for way in asked.ways()},
        _overhead(one, base, floor, others(asked)),
        floor and name(floor),
        Quantity(share, None, None if share is not None else "not traced at this point"),
        ratio,
        verdict,
        best and name(best),
        () if best is None else tuple(_as_good(one, best, (base, *others(asked)), smallest_effect)),
    )


def _milliseconds(one: Measured, way: Way) -> Milliseconds:
    if way not in one.timed:
        return Milliseconds(None, reason=one.reasons[way])
    blocks: Blocks = one.timed[way].blocks
    found = statistics.latency(blocks)
    bounds = found.interval and (found.interval[0] / 1e6, found.interval[1] / 1e6)
    return Milliseconds(one.middle_ns(way) / 1e6, bounds, len(blocks), blocks.call_count, found.reason)


def _overhead(one: Measured, base: Way, floor: Way | None, rivals: Sequence[Way]) -> Quantity:
    if base not in one.timed:
        return Quantity(None, None, f"{name(base)}: {one.reasons[base]}")
    if floor is None:
        missing = "not the fastest" if any(way in one.timed for way in rivals) else "no"
        return Quantity(None, None, f"{missing} other way to call the model was measured")
    ratio = one.ratio(base, floor)
    if ratio.value is None:
        return Quantity(None, None, ratio.reason)
    bounds = ratio.interval and (1 - 1 / ratio.interval[0], 1 - 1 / ratio.interval[1])
    return Quantity(1 - 1 / ratio.value, bounds, ratio.reason)


def _compiled(one: Measured, asked: SweepRequest, effect: float) -> tuple[Quantity, str | None]:
    """Return predict's time on the compiled model over that on the uncompiled one, with the verdict."""
    above, below = ("compiled", "predict"), ("uncompiled", "predict")
    if above not in asked.ways() or below not in asked.ways():
        return Quantity(None, None, "one compile state was measured"), None
    if above not in one.timed or below not in one.timed:
        missing = above if above not in one.timed else below
        return Quantity(None, None, f"{name(missing)}: {one.reasons[missing]}"), None
    found = speed.verdict(one.timed[below], one.timed[above], effect, None)
    return Quantity(found.ratio.value, found.ratio.interval, found.ratio.reason), found.word


def _as_good(one: Measured, best: Way, ways: Sequence[Way], effect: float) -> list[str]:
    rivals = [way for way in ways if way != best and way in one.timed]
    return [
        name(way)
        for way in rivals
        if speed.verdict(one.timed[best], one.timed[way], effect, None).word != DIFFERS
    ]
