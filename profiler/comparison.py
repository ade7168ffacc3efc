"""Variants side by side: ratios of uninstrumented call times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .protocol.words import Variant

Durations = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Timed:
    """A variant's uninstrumented calls: process number -> durations in ns."""

    environment: str
    variant: Variant
    processes: Mapping[int, Durations]

    @property
    def id(self) -> str:
        """The variant's id with its environment."""
        return f"{self.environment}:{self.variant.id}"

    def medians_ns(self) -> dict[int, float]:
        """Return each process's median call, in ns."""
        return {number: float(np.median(values)) for number, values in self.processes.items()}


def pairs(timed: Sequence[Timed]) -> Iterator[tuple[Timed, Timed]]:
    """Yield (baseline, candidate) for all comparisons that a report shows.

    Compiled against uncompiled for the same entry point, and every other entry point against ``predict``
    for the same compile state; always of the same environment, workload, batch size and rows.
    """
    by_key = {(t.environment, t.variant): t for t in timed}
    for candidate in timed:
        variant = candidate.variant
        for baseline_variant in (
            variant._replace(compile_state="uncompiled"),
            variant._replace(entry_point="predict"),
        ):
            baseline = by_key.get((candidate.environment, baseline_variant))
            if baseline is not None and baseline is not candidate:
                yield baseline, candidate


def ratio(baseline: Timed, candidate: Timed) -> float:
    """Return the candidate's time over the baseline's.

    It is the geometric mean of the ratios of medians over the processes that measured both, in which drift
    hits both alike; without such a process, the ratio of the geometric means of the process medians.
    """
    first, second = baseline.medians_ns(), candidate.medians_ns()
    shared = sorted(first.keys() & second.keys())
    logs = (
        [np.log(second[number] / first[number]) for number in shared]
        if shared
        else [np.mean(np.log(list(second.values()))) - np.mean(np.log(list(first.values())))]
    )
    return float(np.exp(np.mean(logs)))
