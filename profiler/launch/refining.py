"""Decides what a sweep measures next: sizes around the crossings, as long as the budget lasts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..plan.estimate import CallCost, built_in
from ..plan.processes import BATCH_SIZE
from ..plan.rounds import MORE_PROCESSES, Part, Round, processes
from ..plan.sweep import MODEL, ROWS, WIDTH, SweepRequest
from ..protocol.vocabulary import WORKLOADS, Variant, width_of
from ..results.sweep.document import Line, LineCrossing, Point, Sweep
from ..results.sweep.lines import LEVELS
from ..results.sweep.points import Way, name, others
from ..statistics import PROCESSES_NEEDED
from ..statistics.crossings import ABOVE, BELOW, FINE, is_fine

# A further batch of one call, in s, before anything is measured.
STEP_S = 0.001
MOST_ROUNDS = 12
# An interval whose ends have at most this quotient is narrow enough.
NARROW = 1.1
ROUNDED = 1 + 1e-9
# A sweep goes on to larger sizes up to calls of this length, and widths of at most this.
LONGEST_CALL_S = 4.0
WIDEST = 4096
FURTHEST = 64


@dataclass(frozen=True)
class Costs:
    """What a call takes, in s: as measured, between and beyond measured sizes along a line, else as expected.

    ``measured``: way -> size -> seconds.
    """

    asked: SweepRequest
    given: CallCost | None
    measured: Mapping[str, Mapping[int, float]]

    @staticmethod
    def of(asked: SweepRequest, given: CallCost | None, points: Sequence[Point] = ()) -> Costs:
        """Return the costs after what has been measured at some points."""
        by_way: dict[str, dict[int, float]] = {}
        for point in points:
            for way, found in point.ms.items():
                if found.median is not None:
                    by_way.setdefault(way, {})[point.size] = found.median / 1e3
        return Costs(asked, given, by_way)

    def __call__(self, variant: Variant) -> float:
        """Return the seconds of a call."""
        known = self.measured.get(f"{variant.compile_state}/{variant.entry_point}", {})
        if not known or self.asked.axis == MODEL:
            return self._expected(variant)
        sizes = sorted(known)
        size = self._size(variant)
        if len(sizes) == 1 or size <= sizes[-1]:
            return float(np.interp(size, sizes, [known[one] for one in sizes]))
        low, high = sizes[-2:]
        slope = max(0.0, (known[high] - known[low]) / (high - low))
        return known[high] + slope * (size - high)

    def _size(self, variant: Variant) -> int:
        if self.asked.axis == WIDTH:
            return width_of(variant.workload) or 1
        return variant.rows if self.asked.axis == ROWS else variant.batch_size

    def _expected(self, variant: Variant) -> float:
        is_own = variant.workload in WORKLOADS or width_of(variant.workload) is not None
        cost = built_in(variant.workload) if is_own else self.given or built_in("tiny")
        call_s = cost.predict_s if variant.entry_point == "predict" else cost.other_s
        if cost.slow:
            return call_s * variant.rows / BATCH_SIZE
        return call_s + STEP_S * (-(-variant.rows // variant.batch_size) - 1)


def round_s(asked: SweepRequest, one: Round, costs: Costs) -> float:
    """Return the estimated time of a round, in s."""
    return sum(process.estimate_s for process in processes(asked, [one], costs))


def next_round(asked: SweepRequest, found: Sweep, costs: Costs, left_s: float, slower: float) -> Round | None:
    """Return what is measured next; None where nothing is worth it or fits.

    Args:
        asked: the sweep.
        found: what it says so far.
        costs: what calls take.
        left_s: the rest of the budget, in s.
        slower: what the processes took so far over what they were estimated to take.
    """
    if asked.axis == MODEL or len(found.rounds) >= MOST_ROUNDS:
        return None

    def fitting(one: Round) -> Round | None:
        """Return the round with as many processes as fit; None where these are too few for an interval."""
        each_s = round_s(asked, one, costs) * slower / one.processes
        count = min(one.processes, int(left_s / each_s))
        return replace(one, processes=count) if count >= min(asked.processes, PROCESSES_NEEDED) else None

    for further in _further(asked, found):
        if (fitted := fitting(further)) is not None:
            return fitted
    chosen: Round | None = None
    for parts, why in _around_crossings(asked, found):
        whys = why if chosen is None else f"{chosen.why}; {why}"
        joined = _joined((*(chosen.parts if chosen else ()), *parts))
        chosen = fitting(Round(joined, asked.processes + MORE_PROCESSES, whys)) or chosen
    return chosen


def _around_crossings(asked: SweepRequest, found: Sweep) -> Iterator[tuple[tuple[Part, ...], str]]:
    """Yield what narrows each crossing, overhead's first, and what tells on which side overhead lies."""
    order = sorted(
        (line for line in found.lines if line.crossings or (line.open and line.kind == "overhead")),
        key=lambda line: (line.kind != "overhead", found.baseline not in (line.way, line.other)),
    )
    for line in order:
        points = [one for one in found.points if _on(line, one)]
        for crossing in line.crossings:
            sizes = _sizes_around(crossing, [one.size for one in points])
            if sizes:
                ways = _ways(asked, line, [one for one in points if one.size in (sizes[0], sizes[-1])])
                yield tuple(Part(size, ways) for size in sizes), f"around {_told(line)}"
        if not line.crossings:
            low, high = line.open[0][0] / ROUNDED, line.open[-1][1] * ROUNDED
            within = [one for one in points if low <= one.size <= high]
            if len(within) > 1:
                ways = _ways(asked, line, within)
                yield tuple(Part(one.size, ways) for one in within), f"on which side of {_told(line)}"


def _on(line: Line, point: Point) -> bool:
    if line.other is None:
        return point.overhead.value is not None
    return all(point.ms[way].median is not None for way in (line.way, line.other))


def _told(line: Line) -> str:
    if line.level is not None:
        return f"{line.level:.0%} overhead"
    return f"{line.way} against {line.other}"


def _sizes_around(crossing: LineCrossing, sizes: Sequence[int]) -> list[int]:
    """Return the sizes to measure for a crossing: those around it, and more where they lie apart."""
    low, high = crossing.interval or (crossing.size, crossing.size)
    if crossing.interval and crossing.closely and high / low <= NARROW:
        return []
    first = max((one for one in sizes if one <= low * ROUNDED), default=sizes[0])
    last = min((one for one in sizes if one * ROUNDED >= high), default=sizes[-1])
    if first == last:
        place = list(sizes).index(first)
        first, last = sizes[max(0, place - 1)], sizes[min(len(sizes) - 1, place + 1)]
    inside = [one for one in sizes if first <= one <= last]
    filled = {first, last}
    for a, b in itertools.pairwise(inside):
        filled.update(_fine(a, b))
    return sorted(filled)


def _fine(low: int, high: int) -> tuple[int, ...]:
    """Return whole sizes from one to another that lie close, about evenly apart in logarithms."""
    found = [low]
    while not is_fine(found[-1], high):
        last = found[-1]
        steps = math.ceil(math.log(high / last) / math.log(FINE) - 1e-9)
        found.append(max(last + 1, math.floor(last * (high / last) ** (1 / steps))))
    return (*found, high)


def _ways(asked: SweepRequest, line: Line, ends: Sequence[Point]) -> tuple[Way, ...]:
    """Return the ways to measure for a line, in order: for overhead predict and the fastest others."""
    if line.other is not None:
        return tuple(way for way in asked.ways() if name(way) in (line.way, line.other))
    return (asked.baseline, *_fastest(asked, ends))


def _fastest(asked: SweepRequest, points: Sequence[Point]) -> tuple[Way, ...]:
    """Return the fastest ways other than predict at these points."""
    fastest = {point.fastest_other for point in points}
    return tuple(way for way in others(asked) if name(way) in fastest)


def _joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return parts with each size once, with the ways of all."""
    ways: dict[int, dict[Way, None]] = {}
    for part in parts:
        ways.setdefault(part.size, {}).update(dict.fromkeys(part.ways))
    return tuple(Part(size, tuple(ways[size])) for size in sorted(ways))


def _further(asked: SweepRequest, found: Sweep) -> Iterator[Round]:
    """Yield larger sizes, where overhead still lies above its first level at the largest: many, or few."""
    line = next((one for one in found.lines if one.level == LEVELS[0]), None)
    known = [one for one in found.points if one.overhead.value is not None and one.fastest_other is not None]
    if asked.bounded or line is None or line.end == BELOW or line.crossings or len(known) < 2:
        return
    before, top = known[-2:]
    base = found.baseline
    (t0, f0), (t1, f1) = ((_ms(one, base), _ms(one, str(one.fastest_other))) for one in (before, top))
    step = top.size - before.size
    slope, floor = max(1e-9, (t1 - t0) / step), (f1 - f0) / step
    factor = 1 / (1 - LEVELS[0])
    expected: float = top.size * 2.5
    if factor * floor > slope:
        expected = top.size + max(0.0, t1 - factor * f1) / (factor * floor - slope)
    most = top.size + max(0.0, LONGEST_CALL_S * 1e3 - t1) / slope
    if asked.axis == WIDTH:
        most = min(most, WIDEST)
    last = int(min(1.6 * expected, most, FURTHEST * top.size))
    if last < 1.5 * top.size:
        return
    begin = max(top.size, min(int(expected / 2.5), last // 2))
    ways = (asked.baseline, *_fastest(asked, [top]))
    side = "above" if line.end == ABOVE else "about"
    why = f"overhead is {side} {LEVELS[0]:.0%} at the largest size"
    for sizes in (dict.fromkeys((top.size, *_fine(begin, last))), (top.size, last)):
        yield Round(tuple(Part(size, ways) for size in sizes), asked.processes + MORE_PROCESSES, why)


def _ms(point: Point, way: str) -> float:
    return point.ms[way].median or 0.0
