"""Whether a workload's verdict stands, so that no more of it needs to be measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import comparison, statistics, timings
from .comparison import Timed
from .plan import Stopping
from .readers.run_directory import Run
from .statistics import Step

KEY = "adaptive"
"""In ``run.json``: environment -> workload -> ``looks`` (planned) and ``stopped`` (why it ended early)."""


def look(run: Run, slug: str, workload: str, stopping: Stopping) -> tuple[Step, ...]:
    """Return, for each comparison of a workload's main variants, whether it needs another process.

    Args:
        run: what was measured so far.
        slug: the environment.
        workload: its name.
        stopping: the variants, and how many looks were planned.
    """
    timed = [timings.timed(run, slug, variant) for variant in stopping.variants]
    cost_s = timings.process_seconds(run).get(workload)
    effect = float(run.manifest["smallest_effect"])
    return tuple(
        statistics.next_step(baseline.blocks, candidate.blocks, stopping.looks, effect, cost_s)
        for baseline, candidate in comparison.pairs(timed)
    )


def record(
    manifest: dict[str, Any], slug: str, workload: str, stopping: Stopping, steps: tuple[Step, ...]
) -> str:
    """Write what a look found into a run's manifest; return why measuring ends, or an empty text."""
    ended = bool(steps) and all(step.verdict.word != statistics.CANNOT_TELL for step in steps)
    words = ", ".join(dict.fromkeys(step.verdict.word for step in steps))
    reason = f"the verdict stands: {words}" if ended else ""
    entry = {"looks": stopping.looks, "stopped": reason or None}
    manifest.setdefault(KEY, {}).setdefault(slug, {})[workload] = entry
    return reason


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
