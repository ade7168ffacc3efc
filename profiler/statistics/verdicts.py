"""What a ratio's interval lets one say: differs, same, or cannot tell."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from ..protocol.errors import UsageError
from .intervals import (
    CONFIDENCE,
    PROCESSES_NEEDED,
    Estimate,
    Spread,
    paired_ratio_of,
    spread_of,
    spread_of_difference,
    unpaired_ratio,
)
from .pairing import process_log_ratios
from .power import smallest_found
from .samples import Blocks

DIFFERS = "differs"
SAME = "same"
CANNOT_TELL = "cannot tell"

SMALLEST_EFFECT = 0.05
LONGEST_S = 3600.0
MOST_PROCESSES = 10_000


@dataclass(frozen=True)
class Verdict:
    """``differs``, ``same`` or ``cannot tell``, on which interval, and what it would take to know.

    ``more_seconds`` belongs to ``cannot tell``: how much longer to measure at the present spread. It is
    None otherwise, and where ``reason`` says why no such time can be named. ``detectable`` is the smallest
    relative difference that the design could have found (`power.smallest_found`), None without an interval.
    """

    word: str
    ratio: Estimate
    more_seconds: float | None = None
    reason: str | None = None
    detectable: float | None = None


def judge(
    low: npt.ArrayLike, high: npt.ArrayLike, smallest_effect: float = SMALLEST_EFFECT
) -> npt.NDArray[np.str_]:
    """Return the word for each interval (``low``, ``high``) of a log ratio; any shape.

    With b = log(1 + smallest_effect):

    - ``same``: -b <= low and high <= b. The whole interval lies within [1 / (1 + e), 1 + e], even where it
      excludes 1: the difference is known and too small to matter (equivalence by an interval: Schuirmann
      1987, "A comparison of the two one-sided tests procedure", which asks 90 % where this asks 95 %).
    - ``differs``: low > 0 or high < 0, and not ``same``. It excludes 1 and reaches beyond the effect.
    - ``cannot tell``: the rest. It holds 1 and reaches beyond the effect.
    """
    lows, highs = np.asarray(low), np.asarray(high)
    border = math.log1p(require_effect(smallest_effect))
    same = (lows >= -border) & (highs <= border)
    excludes_1 = (lows > 0) | (highs < 0)
    return np.where(same, SAME, np.where(excludes_1, DIFFERS, CANNOT_TELL))


def paired_verdict(
    baseline: Blocks,
    candidate: Blocks,
    smallest_effect: float = SMALLEST_EFFECT,
    process_s: float | None = None,
    confidence: float = CONFIDENCE,
) -> Verdict:
    """Return the verdict on two variants measured in the same processes.

    Args:
        baseline: the variant below the line of the ratio.
        candidate: the variant above it.
        smallest_effect: the smallest relative difference that matters.
        process_s: what one more process costs, its start included; by default its measured calls alone.
        confidence: of the interval.

    Raises:
        UsageError: a smallest effect that is not above 0.
    """
    require_effect(smallest_effect)
    logs = process_log_ratios(baseline, candidate)
    ratio = paired_ratio_of(logs, confidence)
    if ratio.interval is None:
        return Verdict(CANNOT_TELL, ratio, None, ratio.reason)
    return _verdict(
        ratio,
        _Design(spread_of(logs), len(logs), 1, _cost(baseline, candidate, process_s), confidence),
        smallest_effect,
    )


def unpaired_verdict(
    baseline: Blocks,
    candidate: Blocks,
    smallest_effect: float = SMALLEST_EFFECT,
    process_s: float | None = None,
    confidence: float = CONFIDENCE,
) -> Verdict:
    """Return the verdict on two runs or releases; ``process_s`` is the cost of one more process of each."""
    require_effect(smallest_effect)
    ratio = unpaired_ratio(baseline, candidate, confidence)
    if ratio.interval is None:
        return Verdict(CANNOT_TELL, ratio, None, ratio.reason)
    spread = spread_of_difference(baseline.log_medians(), candidate.log_medians())
    fewest = min(len(baseline), len(candidate))
    return _verdict(
        ratio,
        _Design(spread, fewest, 2, _cost(baseline, candidate, process_s), confidence),
        smallest_effect,
    )


def require_effect(smallest_effect: float) -> float:
    """Return a smallest effect of interest that is between 0 and 1, else raise `UsageError`."""
    if not 0 < smallest_effect < 1:
        raise UsageError(
            "a fraction between 0 and 1 is needed, like 0.05", f"smallest effect {smallest_effect:g}"
        )
    return smallest_effect


@dataclass(frozen=True)
class _Design:
    """A measurement so far: its spread, processes, groups of them, and seconds for one more of each."""

    spread: Spread
    processes: int
    groups: int
    process_s: float
    confidence: float

    def processes_for(self, half_width: float) -> int | None:
        """Return how many processes reach a half-width at the present spread, or None beyond all measure."""
        deviation = float(self.spread.standard_error) * math.sqrt(self.processes)

        def suffices(count: int) -> bool:
            quantile = special.stdtrit(self.groups * (count - 1.0), 0.5 + self.confidence / 2)
            return bool(quantile * deviation / math.sqrt(count) <= half_width)

        counts = range(max(self.processes + 1, PROCESSES_NEEDED), MOST_PROCESSES + 1)
        # more processes never widen it: the first that suffices can be bisected
        found = bisect.bisect_left(counts, True, key=suffices)
        return counts[found] if found < len(counts) else None

    def not_within_an_hour(self, needed: int | None) -> str:
        """Return why measuring would not settle it within an hour, where ``needed`` processes would."""
        deviation = math.expm1(min(float(self.spread.standard_error) * math.sqrt(self.processes), 700.0))
        count = f"more than {MOST_PROCESSES}" if needed is None else f"{needed - self.processes} more"
        return (
            f"not within an hour here: processes differ by {deviation * 100:.2g} % (standard deviation), so "
            f"{count} processes of about {self.process_s:.0f} s would be needed"
        )


def _cost(baseline: Blocks, candidate: Blocks, process_s: float | None) -> float:
    if process_s is not None:
        return process_s
    return baseline.seconds / len(baseline) + candidate.seconds / len(candidate)


def _verdict(ratio: Estimate, design: _Design, smallest_effect: float) -> Verdict:
    low, high = design.spread.bounds(design.confidence)
    word = str(judge(low, high, smallest_effect))
    found = smallest_found(design.spread, design.confidence)
    if word != CANNOT_TELL:
        return Verdict(word, ratio, detectable=found)
    # With half the border, equal variants come out as `same` in 95 of 100, and what differs by 1.5 times the
    # effect as `differs`. The ratio so far is no guide: it is known too badly to plan by it.
    needed = design.processes_for(math.log1p(smallest_effect) / 2)
    more = None if needed is None else (needed - design.processes) * design.process_s
    if more is not None and more <= LONGEST_S:
        return Verdict(word, ratio, more, detectable=found)
    return Verdict(word, ratio, None, design.not_within_an_hour(needed), found)
