"""The interval of a proportion that was counted: so many of so many samples.

Source: Clopper and Pearson (1934), "The use of confidence or fiducial limits illustrated in the case of the
binomial". Its coverage is never below what it says.
"""

from __future__ import annotations

from scipy import special

from .intervals import CONFIDENCE


def binomial_interval(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the interval of the proportion of which ``successes`` of ``trials`` were seen.

    Raises:
        ValueError: there was no trial, or more successes than trials.
    """
    if not 0 <= successes <= trials or not trials:
        raise ValueError(f"{successes} of {trials} is no proportion")
    tail = (1 - confidence) / 2
    low = float(special.betaincinv(successes, trials - successes + 1, tail)) if successes else 0.0
    high = (
        float(special.betaincinv(successes + 1, trials - successes, 1 - tail)) if successes < trials else 1.0
    )
    return low, high
