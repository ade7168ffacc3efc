"""Student's t intervals over processes: of a latency, and of the ratio of two.

Sources: Student (1908), "The probable error of a mean"; Welch (1947), "The generalization of Student's
problem when several different population variances are involved". The functions on arrays take any number
of leading axes, so that a simulation can hand in all its runs at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from .pairing import process_log_ratios
from .samples import Blocks, Floats

CONFIDENCE = 0.95
PROCESSES_NEEDED = 3
# Less than this in logarithms is rounding, not spread.
NO_SPREAD = 1e-12

NO_SPREAD_REASON = (
    "the processes do not differ at all: a coarse clock or copied data hide how much the value varies"
)


@dataclass(frozen=True)
class Estimate:
    """A value and its 95 % interval; what is unknown is None, and ``reason`` says why."""

    value: float | None
    low: float | None
    high: float | None
    reason: str | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval's ends, or None."""
        return None if self.low is None or self.high is None else (self.low, self.high)


@dataclass(frozen=True)
class Spread:
    """What a t interval is made of: mean, standard error and degrees of freedom, in logarithms.

    Each is a number or an array with one entry a simulated run.
    """

    mean: Floats
    standard_error: Floats
    freedom: Floats

    def half_width(self, confidence: float = CONFIDENCE) -> Floats:
        """Return half the width of the t interval: the quantile of t times the standard error."""
        quantile = special.stdtrit(self.freedom, 0.5 + confidence / 2)
        return np.asarray(quantile * self.standard_error, np.float64)

    def bounds(self, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
        """Return both ends of the t interval."""
        half = self.half_width(confidence)
        return self.mean - half, self.mean + half


def spread_of(values: npt.ArrayLike) -> Spread:
    """Return mean, s / sqrt(n) and n - 1 of ``values`` over their last axis (n >= 2 values)."""
    array = np.asarray(values, np.float64)
    n = array.shape[-1]
    return Spread(
        array.mean(-1), array.std(-1, ddof=1) / np.sqrt(n), np.full(array.shape[:-1], n - 1, np.float64)
    )


def spread_of_difference(baseline: npt.ArrayLike, candidate: npt.ArrayLike) -> Spread:
    """Return Welch's difference of means, candidate minus baseline, over the last axes.

    With v = s^2 / n, the degrees of freedom are Satterthwaite's:
    (va + vb)^2 / (va^2 / (na - 1) + vb^2 / (nb - 1)).
    """
    a, b = spread_of(baseline), spread_of(candidate)
    va, vb = a.standard_error**2, b.standard_error**2
    # The smallest positive number keeps two groups without spread from dividing 0 by 0.
    divisor = np.maximum(va**2 / a.freedom + vb**2 / b.freedom, np.finfo(float).tiny)
    freedom = np.maximum((va + vb) ** 2 / divisor, np.minimum(a.freedom, b.freedom))
    return Spread(b.mean - a.mean, np.sqrt(va + vb), freedom)


def borrowed_spread(baseline: Floats, candidate: Floats) -> Spread:
    """Return the difference of means, candidate minus baseline, if both vary as the baseline does.

    With n values of standard deviation s and m of the candidate, the standard error is
    s sqrt(1 / n + 1 / m) with n - 1 degrees of freedom; m = 1 gives Student's interval of prediction. Values
    are on the last axis of both.
    """
    known = spread_of(baseline)
    n, m = baseline.shape[-1], candidate.shape[-1]
    return Spread(candidate.mean(-1) - known.mean, known.standard_error * np.sqrt(1 + n / m), known.freedom)


def latency(blocks: Blocks, confidence: float = CONFIDENCE) -> Estimate:
    """Return the geometric mean of the process medians in ns, with its t interval over processes."""
    return estimate_of_logs(blocks.log_medians(), confidence)


def paired_ratio(baseline: Blocks, candidate: Blocks, confidence: float = CONFIDENCE) -> Estimate:
    """Return the ratio candidate / baseline of two variants measured in the same processes.

    It is exp of the mean over shared processes of `pairing.log_ratio`, with the t interval of that mean.
    """
    return paired_ratio_of(process_log_ratios(baseline, candidate), confidence)


def paired_ratio_of(logs: Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Return `paired_ratio` from the log ratios of the processes."""
    return estimate_of_logs(logs, confidence, "measured both")


def unpaired_ratio(baseline: Blocks, candidate: Blocks, confidence: float = CONFIDENCE) -> Estimate:
    """Return the ratio candidate / baseline of two runs or releases, which cannot share a process.

    It is the ratio of the geometric means of the process medians, with Welch's t interval of the
    difference of the log medians.
    """
    a, b = baseline.log_medians(), candidate.log_medians()
    return _ratio_of_groups((a, b), (a, b), spread_of_difference, confidence)


def borrowed_ratio(baseline: Blocks, candidate: Blocks, confidence: float = CONFIDENCE) -> Estimate:
    """Return the ratio candidate / baseline where the candidate has too few processes to show a spread.

    It is the ratio of `unpaired_ratio`; the interval takes the candidate's processes to vary as the
    baseline's do (`borrowed_spread`).
    """
    a, b = baseline.log_medians(), candidate.log_medians()
    return _ratio_of_groups((a, b), (a,), borrowed_spread, confidence)


def _ratio_of_groups(
    groups: tuple[Floats, Floats],
    varying: tuple[Floats, ...],
    spread: Callable[[Floats, Floats], Spread],
    confidence: float,
) -> Estimate:
    """Return the second group over the first, both log medians; the spread is that of ``varying``."""
    if not all(map(len, groups)):
        return Estimate(None, None, None, "one of the two was not measured")
    value = float(np.exp(groups[1].mean() - groups[0].mean()))
    fewest = min(map(len, varying))
    if fewest < PROCESSES_NEEDED:
        return Estimate(value, None, None, too_few(fewest, "measured one of the two"))
    if any(np.ptp(one) <= NO_SPREAD for one in varying):
        return Estimate(value, None, None, NO_SPREAD_REASON)
    return _exponential(spread(*groups), confidence)


def estimate_of_logs(logs: Floats, confidence: float = CONFIDENCE, what: str = "measured it") -> Estimate:
    """Return exp of the mean of ``logs``, one value a process, with exp of its t interval."""
    if not len(logs):
        return Estimate(None, None, None, f"no process {what}")
    if len(logs) < PROCESSES_NEEDED:
        return Estimate(float(np.exp(logs.mean())), None, None, too_few(len(logs), what))
    if np.ptp(logs) <= NO_SPREAD:
        return Estimate(float(np.exp(logs.mean())), None, None, NO_SPREAD_REASON)
    return _exponential(spread_of(logs), confidence)


def too_few(processes: int, what: str = "measured it") -> str:
    """Return why so few processes give no interval."""
    return f"{processes} of the {PROCESSES_NEEDED} processes that an interval needs {what}"


def _exponential(spread: Spread, confidence: float) -> Estimate:
    low, high = spread.bounds(confidence)
    return Estimate(float(np.exp(spread.mean)), float(np.exp(low)), float(np.exp(high)))


def allowing_for(tries: int) -> float:
    """Return the confidence of each of several intervals that together have the usual one (Bonferroni)."""
    return 1 - (1 - CONFIDENCE) / tries
