"""How a quantity grows from call to call: a rate a process from its blocks, an interval, and a verdict.

A process's rate is the Hodges-Lehmann estimate over its blocks: an allocator that takes memory in one step
moves a block or two, and so neither least squares over readings nor the slope of Theil and Sen would do,
which take a step for a slope.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from .block_ratios import median_estimate
from .intervals import CONFIDENCE, PROCESSES_NEEDED, Estimate, spread_of, too_few
from .samples import Blocks, Durations, Floats
from .signed_rank import hodges_lehmann
from .verdicts import CANNOT_TELL

GROWS = "grows"
STEADY = "steady"


def growth_rate(processes: Mapping[int, Floats], confidence: float = CONFIDENCE) -> Estimate:
    """Return how much a quantity grows a call.

    Args:
        processes: process number -> the rate of each of its blocks, in the quantity's unit a call.
        confidence: of the interval.

    From 3 processes on it is the mean of the processes' rates with its t interval, which has no width where
    they are equal: counts that never change are known. With fewer it is the median of all blocks' rates with
    its distribution-free interval over them, and ``reason`` says so.
    """
    known = [rates for rates in processes.values() if len(rates)]
    if not known:
        return Estimate(None, None, None, "it was not read")
    if len(known) < PROCESSES_NEEDED:
        return median_estimate(np.concatenate(known), len(known), confidence)
    return _over_processes(np.array([hodges_lehmann(one) for one in known]), confidence)


def slowing(blocks: Blocks, confidence: float = CONFIDENCE) -> Estimate:
    """Return by which fraction the last call of a process takes longer than its first, by its blocks.

    A process gives the slope of the logarithms of its blocks' medians over the number of the call in their
    middle (Theil 1950, Sen 1968) times its calls; one with a single block gives none.
    """
    changes = [
        change for number in blocks.processes if (change := _log_change(blocks.processes[number])) is not None
    ]
    if not changes:
        return Estimate(None, None, None, "no process has two blocks of calls")
    if len(changes) < PROCESSES_NEEDED:
        return Estimate(math.expm1(float(np.mean(changes))), None, None, too_few(len(changes)))
    found = _over_processes(np.array(changes), confidence)
    value, low, high = (math.expm1(one) for one in (found.value or 0.0, found.low or 0.0, found.high or 0.0))
    return Estimate(value, low, high, found.reason)


def judge_growth(found: Estimate, smallest: float) -> str:
    """Return ``grows`` where the whole interval lies above ``smallest``, ``steady`` where it lies below."""
    if found.low is None or found.high is None:
        return CANNOT_TELL
    if found.low > smallest:
        return GROWS
    return STEADY if found.high < smallest else CANNOT_TELL


def _over_processes(values: Floats, confidence: float) -> Estimate:
    low, high = spread_of(values).bounds(confidence)
    return Estimate(float(values.mean()), float(low), float(high))


def _log_change(blocks: Sequence[Durations]) -> float | None:
    held = [block for block in blocks if len(block)]
    if len(held) < 2:
        return None
    sizes = np.array([len(block) for block in held])
    middles = np.cumsum(sizes) - sizes / 2
    logs = np.log([float(np.median(block)) for block in held])
    earlier, later = np.triu_indices(len(held), 1)
    slopes = (logs[later] - logs[earlier]) / (middles[later] - middles[earlier])
    return float(np.median(slopes) * sizes.sum())
