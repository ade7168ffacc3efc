"""The middle of some values by Hodges and Lehmann, with the interval of the signed rank test.

Sources: Hodges and Lehmann (1963), "Estimates of location based on rank tests"; Wilcoxon (1945), "Individual
comparisons by ranking methods"; the interval is that of Tukey, as in Hollander and Wolfe (1999),
"Nonparametric Statistical Methods", section 3.4. Values may be of any distribution that is symmetric about
its middle; a few far ones do not move either.
"""

from __future__ import annotations

import numpy as np

from .intervals import CONFIDENCE, Estimate
from .samples import Floats


def hodges_lehmann(values: Floats) -> float:
    """Return the median of the means of all pairs of values, each with itself too: at least one value."""
    return float(np.median(_walsh_averages(values)))


def signed_rank_estimate(values: Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Return the Hodges-Lehmann estimate with its interval; 95 % need 6 values."""
    averages = _walsh_averages(values)
    middle, cut = float(np.median(averages)), _cut(len(values), confidence)
    if not cut:
        return Estimate(middle, None, None, f"{len(values)} rounds are too few for an interval")
    return Estimate(middle, float(averages[cut - 1]), float(averages[-cut]))


def _walsh_averages(values: Floats) -> Floats:
    first, second = np.triu_indices(len(values))
    return np.sort((values[first] + values[second]) / 2)


def _cut(count: int, confidence: float) -> int:
    """Return the rank, from either end, of the pairs' means that bound the middle; 0 where none do.

    It is the largest k for which the sum of the positive ranks, under symmetry about 0, is below k in at most
    half of what the confidence leaves.
    """
    ways = np.ones(1)
    for rank in range(1, count + 1):
        ways = np.convolve(ways, np.bincount([0, rank]))
    below = np.cumsum(ways / ways.sum())
    return int((below <= (1 - confidence) / 2).sum())
