"""The smallest ratio that a design could have found with the noise that it met.

The definition is the minimum detectable effect: the true difference that a two-sided test at the interval's
confidence finds with probability 0.8 (Cohen 1988, "Statistical power analysis for the behavioral sciences";
Bloom 1995, "Minimum detectable effects"). In standard errors it is the noncentrality at which a noncentral t
exceeds the quantile of t that often; Bloom's sum of two quantiles is the same for many processes and too
small for three.
"""

from __future__ import annotations

import math

from scipy import special

from .intervals import CONFIDENCE, Spread

POWER = 0.8


def smallest_found(spread: Spread, confidence: float = CONFIDENCE, power: float = POWER) -> float:
    """Return the smallest relative difference that is found with this power, as a fraction of the baseline.

    Args:
        spread: of a log ratio; its mean plays no part.
        confidence: of the interval that must exclude a ratio of 1.
        power: how often it is to.
    """
    freedom = float(spread.freedom)
    quantile = float(special.stdtrit(freedom, 0.5 + confidence / 2))
    noncentrality = float(special.nctdtrinc(freedom, 1 - power, quantile))
    return math.expm1(min(noncentrality * float(spread.standard_error), 700.0))
