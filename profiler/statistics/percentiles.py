"""High percentiles of a call, with intervals over processes."""

from __future__ import annotations

import math

import numpy as np

from ..protocol.vocabulary import counted
from .intervals import CONFIDENCE, Estimate, estimate_of_logs
from .samples import Blocks

CALLS_BEYOND = 5


def calls_needed(quantile: float) -> tuple[int, int]:
    """Return the calls that a percentile needs: in all processes together, and in each of them.

    Together 5 calls are expected beyond it (100 for p95, 500 for p99); in each process one is (20 and 100),
    below which the percentile of a process would be its slowest call whatever the percentile.
    """
    beyond = 1 - quantile
    return math.ceil(round(CALLS_BEYOND / beyond, 6)), math.ceil(round(1 / beyond, 6))


def missing(blocks: Blocks, quantile: float) -> str | None:
    """Return why there are too few calls for a percentile, or None when there are enough."""
    total, each = calls_needed(quantile)
    if blocks.call_count < total:
        return f"{counted(blocks.call_count, 'call')}, p{quantile * 100:g} needs {total}"
    fewest = min(len(blocks.calls(number)) for number in blocks.processes)
    if fewest < each:
        return f"{counted(fewest, 'call')} in a process, p{quantile * 100:g} needs {each} in each"
    return None


def percentile(blocks: Blocks, quantile: float, confidence: float = CONFIDENCE) -> Estimate:
    """Return a percentile of the calls in ns (``quantile`` 0.95 is p95) with its interval.

    It is the geometric mean of the processes' own percentiles, with the t interval over their logarithms.
    A process's percentile is the median-unbiased one, position q (n + 1/3) + 1/3 (Hyndman and Fan 1996,
    "Sample quantiles in statistical packages", definition 8): the common linear one lies low in small
    samples, and its interval covers 80 to 90 % where this one covers 95 %.

    With too few calls (`calls_needed`) even the value is None.
    """
    reason = missing(blocks, quantile) if len(blocks) else "no process measured it"
    if reason is not None:
        return Estimate(None, None, None, reason)
    own = [
        float(np.quantile(blocks.calls(number), quantile, method="median_unbiased"))
        for number in blocks.processes
    ]
    return estimate_of_logs(np.log(own), confidence)
