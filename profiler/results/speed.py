"""Variants side by side: ratios of uninstrumented call times, their intervals and verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .. import statistics
from ..plan.processes import compared
from ..protocol.vocabulary import Variant
from ..statistics import Blocks, Verdict


@dataclass(frozen=True)
class Timed:
    """A variant's uninstrumented calls, in blocks by process."""

    environment: str
    variant: Variant
    blocks: Blocks

    @property
    def id(self) -> str:
        """The variant's id with its environment."""
        return f"{self.environment}:{self.variant.id}"


def pairs(timed: Iterable[Timed]) -> Iterator[tuple[Timed, Timed]]:
    """Yield (baseline, candidate) for all comparisons that a report shows, each within one environment."""
    by_environment: dict[str, dict[Variant, Timed]] = {}
    for one in timed:
        by_environment.setdefault(one.environment, {})[one.variant] = one
    for known in by_environment.values():
        for baseline, candidate in compared(known):
            yield known[baseline], known[candidate]


def verdict(
    baseline: Timed,
    candidate: Timed,
    smallest_effect: float,
    seconds: float | None,
    confidence: float = statistics.CONFIDENCE,
) -> Verdict:
    """Return the verdict on the candidate's time over the baseline's.

    It is paired over the processes that measured both, in which drift hits both alike; without such a
    process it compares two groups of processes.

    Args:
        baseline: the variant below the line of the ratio.
        candidate: the variant above it.
        smallest_effect: the change that is of interest, as a fraction.
        seconds: what a process more would cost, or None when unknown.
        confidence: of the interval.
    """
    shared = baseline.blocks.processes.keys() & candidate.blocks.processes.keys()
    judge = statistics.paired_verdict if shared else statistics.unpaired_verdict
    return judge(baseline.blocks, candidate.blocks, smallest_effect, seconds, confidence)
