"""Where a curve of log ratios over sizes crosses a level, with the interval of that size.

Each process measures the curve at some sizes. Between two sizes that lie close (`FINE`) each process's curve
is taken as straight in the logarithm of the size. A size belongs to the interval of a crossing where
Student's t interval over the processes, of the curve at that size, holds the level: the test "the curve has
that level here" is inverted (Fieller 1954, "Some problems in interval estimation"). At the true size that t
interval holds the level 95 of 100 times, so the set holds the true size as often, whatever the curve does
elsewhere. It may be empty, unbounded or in pieces, which is what never, cannot tell and several crossings
are. A mean of the processes' own crossings fails in these cases, since some processes then have none.

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
FINE = 2.0
"""Sizes whose quotient is at most this lie close."""
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
    """Two sizes in a row, and the distance from the level at each by the processes that measured both."""

    low: int
    high: int
    first: Floats
    second: Floats

    @property
    def fine(self) -> bool:
        return self.high / self.low <= FINE

    @property
    def reason(self) -> str | None:
        """Why it has no interval; None where it has one."""
        if len(self.first) < PROCESSES_NEEDED:
            return too_few(len(self.first))
        spread = max(np.ptp(self.first), np.ptp(self.second))
        return NO_SPREAD_REASON if spread <= NO_SPREAD else None

    def place(self, fraction: float) -> float:
        """Return the logarithm of the size that lies so far between the two."""
        return math.log(self.low) + fraction * math.log(self.high / self.low)

    def root(self) -> float | None:
        """Return where the mean has the level, in logarithms of sizes; None where it does not."""
        if not len(self.first):
            return None
        a, b = float(self.first.mean()), float(self.second.mean())
        if a == b or a * b > 0:
            return None
        return self.place(a / (a - b))

    def spans(self, confidence: float) -> Iterator[_Span]:
        """Yield the spans that it consists of."""
        if not len(self.first):
            yield _Span(self.place(0), self.place(1), OPEN)
            return
        quadratic = self._quadratic(0.0 if self.reason else self._quantile(confidence))
        if not self.fine:
            ends = {self._side(quadratic, 0.0), self._side(quadratic, 1.0)}
            yield _Span(self.place(0), self.place(1), ends.pop() if len(ends) == 1 else OPEN)
            return
        roots = (one.real for one in np.roots(quadratic) if abs(one.imag) < ROUNDING)
        cuts = [0.0, *sorted(root for root in roots if 0 < root < 1), 1.0]
        for begin, end in itertools.pairwise(cuts):
            yield _Span(self.place(begin), self.place(end), self._side(quadratic, (begin + end) / 2))

    def _quantile(self, confidence: float) -> float:
        return float(special.stdtrit(len(self.first) - 1.0, 0.5 + confidence / 2))

    def _quadratic(self, quantile: float) -> Sequence[float]:
        """Return the mean's square less that of half the interval, as a polynomial of the fraction."""
        a, d = float(self.first.mean()), float((self.second - self.first).mean())
        if not quantile:
            return (d * d, 2 * a * d, a * a)
        scale = quantile**2 / len(self.first)
        steps = self.second - self.first
        covariance = np.cov(self.first, steps)
        return (
            d * d - scale * float(covariance[1, 1]),
            2 * (a * d - scale * float(covariance[0, 1])),
            a * a - scale * float(covariance[0, 0]),
        )

    def _side(self, quadratic: Sequence[float], fraction: float) -> str:
        if float(np.polyval(quadratic, fraction)) <= 0:
            return OPEN
        mean = float(self.first.mean() + fraction * (self.second - self.first).mean())
        return ABOVE if mean > 0 else BELOW


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
    for low, high in itertools.pairwise(sorted(curve)):
        shared = sorted(curve[low].keys() & curve[high].keys())
        first, second = (
            np.array([curve[size][number] - level for number in shared], np.float64) for size in (low, high)
        )
        yield _Segment(low, high, first, second)


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
    roots = sorted(
        root
        for one in touched
        if (root := one.root()) is not None and low - ROUNDING <= root <= high + ROUNDING
    )
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
