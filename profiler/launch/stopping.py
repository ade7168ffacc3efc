"""Whether a workload's verdicts stand, so that no more of it needs to be measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .. import statistics
from ..plan.processes import Stopping
from ..results import timings
from ..results.speed import Timed
from ..runs.record import Run
from ..statistics import Step

KEY = "adaptive"
"""In ``run.json``: environment -> workload -> ``looks`` (how many were planned) and ``stopped``.

``stopped`` is None where nothing ended early, else it holds ``after_processes``, ``left_out`` (how many) and
``why``.
"""


def look(run: Run, slug: str, stopping: Stopping) -> tuple[Step, ...]:
    """Return, for each compared pair of a workload, whether it needs another process.

    Args:
        run: what was measured so far.
        slug: the environment.
        stopping: the pairs, and how many looks were planned.
    """
    timed = (
        (timings.timed(run, slug, baseline), timings.timed(run, slug, candidate))
        for baseline, candidate in stopping.pairs
    )
    return decide(timed, stopping.looks, float(run.manifest["smallest_effect"]))


def decide(pairs: Iterable[tuple[Timed, Timed]], looks: int, smallest_effect: float) -> tuple[Step, ...]:
    """Return, for each pair (baseline, candidate), whether it needs another process."""
    return tuple(
        statistics.next_step(baseline.blocks, candidate.blocks, looks, smallest_effect)
        for baseline, candidate in pairs
    )


def conclusion(steps: tuple[Step, ...]) -> str:
    """Return the verdicts, each once, when all of them stand; else an empty text."""
    words = [step.verdict.word for step in steps]
    going_on = any(step.go_on for step in steps)
    return "" if going_on or statistics.CANNOT_TELL in words else ", ".join(dict.fromkeys(words))


def record(
    manifest: dict[str, Any], slug: str, workload: str, looks: int, stopped: Mapping[str, Any] | None
) -> None:
    """Write into a run's manifest that its data were looked at, and how that ended the measuring, if so."""
    entry = {"looks": looks, "stopped": stopped}
    manifest.setdefault(KEY, {}).setdefault(slug, {})[workload] = entry


def stopped(manifest: Mapping[str, Any], slug: str, workload: str) -> bool:
    """Return whether a workload's measuring ended early."""
    entry = manifest.get(KEY, {}).get(slug, {}).get(workload)
    return bool(entry and entry["stopped"])


def confidence(manifest: Mapping[str, Any], baseline: Timed, candidate: Timed) -> float:
    """Return the confidence at which a comparison's interval holds 95 of 100 times, looks and all.

    Every comparison of a workload that may have ended early has it, since all share its processes.
    """
    entry = manifest.get(KEY, {}).get(candidate.environment, {}).get(candidate.variant.workload)
    if entry is None:
        return statistics.CONFIDENCE
    shared = baseline.blocks.processes.keys() & candidate.blocks.processes.keys()
    return statistics.confidence_after(len(shared), int(entry["looks"]), bool(entry["stopped"]))
