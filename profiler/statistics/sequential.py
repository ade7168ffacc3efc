"""The adaptive budget: measure on until the verdict is reached or the budget ends.

Who looks at a 95 % interval after every process and stops at the first that excludes 1 is wrong more than
5 times in 100. So each look has its own, wider interval, and the errors of all looks add up to 5 %: they
are spent like the cube of the fraction of looks made (Lan and DeMets 1983, "Discrete sequential boundaries
for clinical trials"; the power family of Kim and DeMets 1987). By the union bound all these intervals hold
at once in 95 of 100 measurements (repeated confidence intervals: Jennison and Turnbull 1989, "Interim
analyses: the repeated confidence interval approach"), so whichever is the last can be shown as a 95 % one,
and both ``differs`` and ``same`` keep their error.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.errors import UsageError
from .intervals import CONFIDENCE, PROCESSES_NEEDED
from .pairing import process_log_ratios
from .samples import Blocks
from .verdicts import CANNOT_TELL, SMALLEST_EFFECT, Verdict, paired_verdict

SPENDING_POWER = 3


@dataclass(frozen=True)
class Adaptive:
    """How long an adaptive measurement may go on.

    ``budget_s`` bounds the measured calls of each variant, all its processes together; ``looks`` is how many
    times at most the data are looked at, fixed before the first. With one look after each process from
    the third on, ``looks`` is the largest number of processes less 2, and look ``k`` comes after k + 2.

    Raises:
        UsageError: no look at all, or no budget.
    """

    budget_s: float
    looks: int

    def __post_init__(self) -> None:
        if self.looks < 1:
            raise UsageError(f"{self.looks} looks: at least 1 is needed")
        if not self.budget_s > 0:
            raise UsageError(f"a budget of {self.budget_s:g} s: more than 0 seconds are needed")


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


def next_step(
    baseline: Blocks,
    candidate: Blocks,
    adaptive: Adaptive,
    look: int,
    smallest_effect: float = SMALLEST_EFFECT,
    process_s: float | None = None,
) -> Step:
    """Return whether two variants measured in the same processes need more blocks.

    Args:
        baseline: all its blocks so far.
        candidate: all its blocks so far.
        adaptive: the budget and the number of looks.
        look: the number of this look, from 1; with fewer than 3 processes none is spent: hand in 1 again.
        smallest_effect: the smallest relative difference that matters.
        process_s: what one more process costs, for `Verdict.more_seconds`.

    Measuring ends with a verdict, with the last look, or when what a variant spent and what one more
    process takes of it exceed the budget.

    Raises:
        UsageError: a look outside 1 to ``adaptive.looks``.
    """
    if not 1 <= look <= adaptive.looks:
        raise UsageError(f"look {look} of {adaptive.looks}: looks are numbered from 1")
    spent = max(
        blocks.seconds * (1 + 1 / len(blocks)) if len(blocks) else 0.0 for blocks in (baseline, candidate)
    )
    out_of_budget = spent > adaptive.budget_s
    last = out_of_budget or look == adaptive.looks
    verdict = paired_verdict(
        baseline, candidate, smallest_effect, process_s, confidence_of_look(look, adaptive.looks, last)
    )
    if verdict.word != CANNOT_TELL:
        return Step(False, "the verdict is reached", verdict)
    if out_of_budget:
        return Step(False, f"the budget of {adaptive.budget_s:g} s is spent", verdict)
    if len(process_log_ratios(baseline, candidate)) < PROCESSES_NEEDED:
        return Step(True, verdict.reason or "", verdict)
    if last:
        return Step(False, f"all {adaptive.looks} looks are made", verdict)
    return Step(True, "the interval is still too wide", verdict)
