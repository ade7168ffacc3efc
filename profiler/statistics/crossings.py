"""Where a curve of log ratios over sizes crosses a level, with the interval of that size.

Each process measures the curve at some sizes. Between two sizes that lie close (`FINE`) each process's curve
is interpolated in the logarithm of the size: by the cubic through these two and their neighbours, or with
less power where these lie apart or were not measured by the same processes (Lagrange). A straight line is
not enough: its error, though below 1 %, takes the intervals of 8 processes to 87 %.

A size belongs to the interval of a crossing where Student's t interval over the processes, of the curve at
that size, holds the level: the test "the curve has that level here" is inverted (Fieller 1954, "Some problems
in interval estimation"). At the true size that t interval holds the level 95 of 100 times, so the set holds
the true size as often, whatever the curve does elsewhere. It may be empty, unbounded or in pieces, which is
what never, cannot tell and several crossings are. A mean of the processes' own crossings fails in these
cases, since some processes then have none.

Between sizes that lie further apart nothing is said of the shape: the level is crossed somewhere from one to
the other.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from .intervals import CONFIDENCE, NO_SPREAD, NO_SPREAD_REASON, PROCESSES_NEEDED, too_few
from .samples import Floats

ABOVE, BELOW, OPEN = "above", "below", "cannot tell"
FINE = 1.6
"""Sizes whose quotient is at most this lie close, and so do whole numbers in a row."""
ROUNDING = 1e-9

Curve = Mapping[int, Mapping[int, float]]
"""Size -> process -> log ratio."""


@dataclass(frozen=True)
class Crossing:
    """A size at which the curve has the level: the estimate, its 95 % interval, and where it goes from there.

    ``interval`` is None where ``reason`` says why. ``closely``: whether sizes lie close around it.
    """

    size: float
    interval: tuple[float, float] | None
    rises: bool
    closely: bool
    reason: str | None = None


@dataclass(frozen=True)
class Course:
    """How a curve lies to a level.

    Attributes:
        start, end: on which side it lies at the least and the greatest size; `OPEN` where that is not known.
        crossings: where it changes sides, in the order of sizes.
        open: sizes from, to where its side is not known though it does not change, or that reach an end.
    """

    start: str
    end: str
    crossings: tuple[Crossing, ...]
    open: tuple[tuple[float, float], ...]

    @property
    def never(self) -> bool:
        """Whether it lies on one side at all sizes."""
        return not self.crossings and not self.open


@dataclass(frozen=True)
class _Span:
    """Sizes, in logarithms, over which a curve lies on one side of the level, or cannot be told from it."""

    low: float
    high: float
    side: str


@dataclass(frozen=True)
class _Segment:
    """Two sizes in a row, and the distance from the level between them by the processes that measured both.

    ``polynomials``: a row a process, of the fraction of the way (in logarithms) from the one to the other,
    the highest power first.
    """

    low: int
    high: int
    polynomials: Floats

    @property
    def fine(self) -> bool:
        return is_fine(self.low, self.high)

    @property
    def reason(self) -> str | None:
        """Why it has no interval; None where it has one."""
        count = len(self.polynomials)
        if count < PROCESSES_NEEDED:
            return too_few(count)
        return NO_SPREAD_REASON if np.ptp(self.polynomials, axis=0).max() <= NO_SPREAD else None

    def place(self, fraction: float) -> float:
        """Return the logarithm of the size that lies so far between the two."""
        return math.log(self.low) + fraction * math.log(self.high / self.low)

    def roots(self) -> list[float]:
        """Return where the mean has the level, in logarithms of sizes."""
        if not len(self.polynomials):
            return []
        return [self.place(one) for one in _between_0_and_1(self.polynomials.mean(0))]

    def spans(self, confidence: float) -> Iterator[_Span]:
        """Yield the spans that it consists of."""
        if not len(self.polynomials):
            yield _Span(self.place(0), self.place(1), OPEN)
            return
        held = self._held(confidence)
        if not self.fine:
            sides = self._side(held, 0.0), self._side(held, 1.0)
            yield _Span(self.place(0), self.place(0), sides[0])
            yield _Span(self.place(0), self.place(1), sides[0] if sides[0] == sides[1] else OPEN)
            yield _Span(self.place(1), self.place(1), sides[1])
            return
        for begin, end in itertools.pairwise((0.0, *_between_0_and_1(held), 1.0)):
            yield _Span(self.place(begin), self.place(end), self._side(held, (begin + end) / 2))

    def _held(self, confidence: float) -> Floats:
        """Return the mean's square less half the t interval's: above 0 where this excludes the level."""
        mean = self.polynomials.mean(0)
        square = np.asarray(np.polymul(mean, mean), np.float64)
        if self.reason:
            return square
        count, size = self.polynomials.shape
        quantile = float(special.stdtrit(count - 1.0, 0.5 + confidence / 2))
        covariance = np.atleast_2d(np.cov(self.polynomials, rowvar=False))
        variance = np.array([np.trace(covariance[:, ::-1], k) for k in range(size - 1, -size, -1)])
        return np.asarray(np.polysub(square, quantile**2 / count * variance), np.float64)

    def _side(self, held: Floats, fraction: float) -> str:
        if float(np.polyval(held, fraction)) <= 0:
            return OPEN
        return ABOVE if float(np.polyval(self.polynomials.mean(0), fraction)) > 0 else BELOW


def _between_0_and_1(polynomial: Floats) -> list[float]:
    """Return the real roots between 0 and 1, in order."""
    if np.abs(polynomial).max() <= NO_SPREAD:
        return []
    roots = np.roots(polynomial)
    return sorted(float(one.real) for one in roots if abs(one.imag) < ROUNDING and 0 < one.real < 1)


def is_fine(low: int, high: int) -> bool:
    """Return whether two sizes lie close."""
    return high - low <= 1 or high / low <= FINE * (1 + ROUNDING)


def course(curve: Curve, level: float, confidence: float = CONFIDENCE) -> Course:
    """Return how a curve lies to a level.

    Args:
        curve: the log ratio at each size by process; at least two sizes.
        level: of the log ratio.
        confidence: of each crossing's interval.
    """
    segments = list(_segments(curve, level))
    spans = _merged(span for segment in segments for span in segment.spans(confidence))
    known = [number for number, span in enumerate(spans) if span.side != OPEN]
    crossings: list[Crossing] = []
    doubtful: list[tuple[float, float]] = []
    if not known:
        doubtful.append(_sizes(spans[0].low, spans[-1].high))
    for before, after in itertools.pairwise(known):
        low, high = spans[before].high, spans[after].low
        if spans[before].side != spans[after].side:
            crossings.append(_crossing(segments, low, high, spans[after].side == ABOVE))
        else:
            doubtful.append(_sizes(low, high))
    if known and known[0] > 0:
        doubtful.insert(0, _sizes(spans[0].low, spans[known[0]].low))
    if known and known[-1] < len(spans) - 1:
        doubtful.append(_sizes(spans[known[-1]].high, spans[-1].high))
    return Course(spans[0].side, spans[-1].side, tuple(crossings), tuple(doubtful))


def _segments(curve: Curve, level: float) -> Iterator[_Segment]:
    sizes = sorted(curve)
    for place, (low, high) in enumerate(itertools.pairwise(sizes)):
        shared = curve[low].keys() & curve[high].keys()
        used = [low, high]
        for other, beside in ((place - 1, low), (place + 2, high)):
            if 0 <= other < len(sizes) and shared <= curve[sizes[other]].keys():
                size = sizes[other]
                used += [size] * (is_fine(low, high) and is_fine(*sorted((size, beside))))
        places = np.log(np.array(used, np.float64) / low) / math.log(high / low)
        values = np.array([[curve[one][number] - level for one in used] for number in sorted(shared)])
        weights = np.linalg.inv(np.vander(places))
        yield _Segment(low, high, values.reshape(-1, len(used)) @ weights.T)


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    """Return spans of which no two neighbours are of one side."""
    merged: list[_Span] = []
    for span in spans:
        if merged and merged[-1].side == span.side:
            merged[-1] = _Span(merged[-1].low, span.high, span.side)
        else:
            merged.append(span)
    return merged


def _crossing(segments: Sequence[_Segment], low: float, high: float, rises: bool) -> Crossing:
    touched = [
        one
        for one in segments
        if one.place(1) >= low - ROUNDING and one.place(0) <= high + ROUNDING and _inside(one, low, high)
    ]
    every = (root for one in touched for root in one.roots())
    roots = sorted(root for root in every if low - ROUNDING <= root <= high + ROUNDING)
    middle = roots[len(roots) // 2] if roots else (low + high) / 2
    reason = next((one.reason for one in touched if one.reason), None)
    closely = all(one.fine for one in touched)
    interval = None if reason else _sizes(low, high)
    return Crossing(math.exp(middle), interval, rises, closely, reason)


def _inside(segment: _Segment, low: float, high: float) -> bool:
    """Return whether more than one end of a segment belongs to these sizes; any that are a single size do."""
    if high - low <= ROUNDING:
        return True
    return min(segment.place(1), high) - max(segment.place(0), low) > ROUNDING


def _sizes(low: float, high: float) -> tuple[float, float]:
    return math.exp(low), math.exp(high)
