"""Where the lines of a sweep cross: overhead its levels, and each way to call another."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from ... import statistics
from ...plan.sweep import MODEL, SweepRequest
from ...statistics import SAME as THE_SAME
from ...statistics import judge
from ...statistics.crossings import OPEN, Curve, course
from .document import CROSSES, SAME, Line, LineCrossing
from .points import Measured, Way, floors, name, others

LEVELS = (0.5, 0.1)
"""The overheads whose crossings are looked for."""


def lines(measured: Sequence[Measured], asked: SweepRequest, smallest_effect: float) -> tuple[Line, ...]:
    """Return all lines of a sweep; none where models stand in place of sizes, or a single size was measured.

    Args:
        measured: what was timed, in the order of sizes.
        asked: the sweep.
        smallest_effect: the relative difference that matters.
    """
    if asked.axis == MODEL:
        return ()
    base, rivals = asked.baseline, others(asked)
    found = [*_overheads(measured, base, rivals)]
    states = [way for way in asked.ways() if way[1] == "predict" and way != base]
    pairs = [*((base, way) for way in states), *itertools.combinations((base, *rivals), 2)]
    for way, other in pairs:
        curve = _curve([(one.size, one.logs(way, other)) for one in measured])
        if len(curve) > 1:
            found.append(_line("ways", way, other, None, curve, smallest_effect))
    return tuple(found)


def _overheads(measured: Sequence[Measured], base: Way, rivals: Sequence[Way]) -> Iterator[Line]:
    """Yield predict's line over the fastest other way at each size, against each level."""
    known = zip(measured, floors(measured, rivals), strict=True)
    curve = _curve([(one.size, one.logs(base, floor)) for one, floor in known if floor is not None])
    if len(curve) > 1:
        for level in LEVELS:
            yield _line("overhead", base, None, level, curve, None)


def _curve(logs: Sequence[tuple[int, dict[int, float]]]) -> Curve:
    return {size: by_process for size, by_process in logs if by_process}


def _line(
    kind: str, way: Way, other: Way | None, level: float | None, curve: Curve, effect: float | None
) -> Line:
    found = course(curve, 0.0 if level is None else -math.log1p(-level))
    status = OPEN
    if effect is not None and _same_everywhere(curve, effect):
        status = SAME
    elif found.crossings:
        status = CROSSES
    elif found.never:
        status = found.start
    crossings = tuple(
        LineCrossing(one.size, one.interval, one.rises, one.closely, one.reason) for one in found.crossings
    )
    second = None if other is None else name(other)
    return Line(kind, name(way), second, level, status, found.start, found.end, crossings, found.open)


def _same_everywhere(curve: Curve, effect: float) -> bool:
    """Return whether two ways differ by less than matters at every size."""
    for by_process in curve.values():
        ratio = statistics.paired_ratio_of(np.array(list(by_process.values()), np.float64))
        if ratio.interval is None:
            return False
        low, high = ratio.interval
        if str(judge(math.log(low), math.log(high), effect)) != THE_SAME:
            return False
    return True
