"""The adaptive budget: measure until the verdict is reached or the budget ends.

A look is an interim analysis: after each process the data so far are judged. Stopping at the first plain 95 %
interval that excludes 1 is wrong more than 5 times in 100. So each look has its own, wider interval, and the
errors of all looks add up to 5 %: they are spent like the cube of the fraction of looks made (Lan and DeMets
1983, "Discrete sequential boundaries for clinical trials"; the power family of Kim and DeMets 1987). By the
union bound all these intervals hold at once in 95 of 100 measurements (repeated confidence intervals:
Jennison and Turnbull 1989, "Interim analyses: the repeated confidence interval approach"), so the last can be
shown as a 95 % one, and both ``differs`` and ``same`` keep their error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..protocol.errors import UsageError
from .intervals import CONFIDENCE, PROCESSES_NEEDED
from .samples import Blocks
from .verdicts import CANNOT_TELL, SMALLEST_EFFECT, Verdict, judge, paired_verdict

SPENDING_POWER = 3
# Half the width, in logarithms, of an interval that is narrow enough to end with: a quarter more or less.
# The first of many looks could otherwise end a measurement with an interval over a factor of hundreds.
NARROW = math.log(1.25)


@dataclass(frozen=True)
class Step:
    """Whether to go on, why, and the verdict so far (its interval holds under the looks made)."""

    go_on: bool
    reason: str
    verdict: Verdict


def confidence_of_look(look: int, looks: int, last: bool = False) -> float:
    """Return the confidence of the interval at look 1, 2, ... of ``looks``.

    The last look, planned or because the budget ends, takes all of the error that is left. That it is the
    last must not have been decided by the ratio.
    """
    error = 1 - CONFIDENCE
    before = error * ((look - 1) / looks) ** SPENDING_POWER
    until = error if last else error * (look / looks) ** SPENDING_POWER
    return 1 - (until - before)


def confidence_after(processes: int, looks: int, stopped: bool) -> float:
    """Return the confidence of the interval that is shown after a number of processes.

    Args:
        processes: how many measured both variants; look ``k`` comes after ``k`` + 2 of them.
        looks: how many looks were planned.
        stopped: whether measuring ended early because of what was seen; if not, no look follows.
    """
    look = min(processes - PROCESSES_NEEDED + 1, looks)
    return CONFIDENCE if look < 1 else confidence_of_look(look, looks, last=not stopped)


def next_step(
    baseline: Blocks,
    candidate: Blocks,
    looks: int,
    smallest_effect: float = SMALLEST_EFFECT,
    process_s: float | None = None,
) -> Step:
    """Return whether two variants measured in the same processes need one more process.

    Args:
        baseline: all its blocks so far.
        candidate: all its blocks so far.
        looks: how many times at most the data are looked at, fixed before the first: once after each
            process from the third on.
        smallest_effect: the smallest relative difference that matters.
        process_s: what one more process costs, for `Verdict.more_seconds`.

    Raises:
        UsageError: no look at all.
    """
    if looks < 1:
        raise UsageError("at least 1 is needed", f"{looks} looks")
    processes = len(baseline.processes.keys() & candidate.processes.keys())
    last = processes - PROCESSES_NEEDED + 1 >= looks
    confidence = confidence_after(processes, looks, stopped=True)
    verdict = paired_verdict(baseline, candidate, smallest_effect, process_s, confidence)
    if verdict.ratio.interval is not None:
        low, high = np.log(verdict.ratio.interval)
        if settles(low, high, smallest_effect):
            return Step(False, "the verdict is reached", verdict)
    if last:
        return Step(False, f"all {looks} looks are made", verdict)
    return Step(True, verdict.reason or "the interval is still too wide", verdict)


def settles(
    low: npt.ArrayLike, high: npt.ArrayLike, smallest_effect: float = SMALLEST_EFFECT
) -> npt.NDArray[np.bool_]:
    """Return whether intervals (``low``, ``high``) of a log ratio give a verdict and are `NARROW`."""
    narrow = (np.asarray(high) - np.asarray(low)) / 2 <= NARROW
    settled: npt.NDArray[np.bool_] = narrow & (judge(low, high, smallest_effect) != CANNOT_TELL)
    return settled
