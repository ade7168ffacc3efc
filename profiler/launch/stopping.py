"""Decides after each process that measures speed whether a workload's verdicts stand and it can end."""

from __future__ import annotations

from collections.abc import Iterable

from .. import statistics
from ..plan.estimate import minutes
from ..plan.processes import Plan, ProcessPlan, Stopping
from ..results import speed
from ..results.speed import Timed
from ..runs import record
from ..runs.manifest import Stopped
from ..runs.record import RunRecord
from ..runs.store import RunStore
from ..statistics import Step
from .listener import Listener


def lacks(store: RunStore, slug: str, process: ProcessPlan) -> bool:
    """Return whether a process still has to be measured; standing verdicts make it unnecessary."""
    if store.holds(slug, process):
        return False
    stopped = store.manifest.stopped(slug, process.workload)
    # one that was measured and is damaged now is measured again
    return not (process.measures_speed and stopped and not store.lists(slug, process))


def after(store: RunStore, slug: str, plan: Plan, process: ProcessPlan, listener: Listener) -> None:
    """Look whether a workload's verdicts stand after one of its processes, and record what was seen."""
    rule = plan.stopping.get(process.workload)
    if rule is None or not process.measures_speed:
        return
    words = conclusion(look(record.read(store.path), slug, rule))
    kind = (process.workload, process.instrument)
    alike = [p for p in plan.processes if (p.workload, p.instrument) == kind]
    held = [p for p in alike if store.holds(slug, p)]
    left = [p for p in alike if p.number > process.number and p not in held]
    stopped = None
    if words and left:
        stopped = Stopped(len(held), len(left), f"every verdict stands ({words})")
        saved = minutes(sum(p.estimate_s for p in left))
        listener.note(
            f"{process.workload}: {stopped.why} after {len(held)} processes; {len(left)} more under "
            f"{process.instrument} are left out, which saves about {saved}"
        )
    store.manifest = store.manifest.with_looks(slug, process.workload, rule.looks, stopped)
    store.save()


def look(run: RunRecord, slug: str, rule: Stopping) -> tuple[Step, ...]:
    """Return, for each compared pair of a workload, whether it needs another process.

    Args:
        run: what was measured so far.
        slug: the environment.
        rule: the pairs, and how many interim analyses were planned.
    """
    timed = (
        (speed.timed(run, slug, baseline), speed.timed(run, slug, candidate))
        for baseline, candidate in rule.pairs
    )
    return decide(timed, rule.looks, run.manifest.smallest_effect)


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
