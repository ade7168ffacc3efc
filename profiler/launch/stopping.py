"""Decides after each process that measures speed whether a workload's verdicts stand and it can end."""

from __future__ import annotations

from collections.abc import Iterable

from .. import statistics
from ..plan.estimate import minutes
from ..plan.processes import Plan, ProcessPlan, Stopping
from ..protocol.instruments import SPEED, instrument
from ..protocol.vocabulary import Variant
from ..results import frames, speed
from ..runs import record
from ..runs.manifest import Stopped
from ..runs.record import RunRecord
from ..runs.store import RunStore
from ..statistics import Blocks, Step
from .listener import Listener


def lacks(store: RunStore, slug: str, process: ProcessPlan) -> bool:
    """Return whether a process still has to be measured; standing verdicts make it unnecessary."""
    if store.holds(slug, process):
        return False
    stopped = store.manifest.stopped(slug, process.workload)
    # one that was measured and is damaged now is measured again
    return not (process.measures_speed and stopped and not store.lists(slug, process))


def after(store: RunStore, slug: str, plan: Plan, process: ProcessPlan, listener: Listener) -> None:
    """Check whether a workload's verdicts stand after one of its processes, and record the analysis."""
    rule = plan.stopping.get(process.workload)
    if rule is None or not process.measures_speed:
        return
    words = conclusion(look(record.read(store.path), slug, rule))
    spent_s = _spent_s(store, slug, process)
    alike = [p for p in plan.processes if p.workload == process.workload and p.measures_speed]
    held = [p for p in alike if store.holds(slug, p)]
    left = [p for p in alike if p.number > process.number and p not in held]
    stopped = None
    by_time = not words and rule.longest_s is not None and spent_s >= rule.longest_s
    if left and (words or by_time):
        why = f"every verdict stands ({words})" if words else f"{minutes(spent_s)} have passed"
        stopped = Stopped(len(held), len(left), why, by_time)
        saved = minutes(sum(p.estimate_s for p in left))
        listener.note(
            f"{process.workload}: {stopped.why} after {len(held)} processes; {len(left)} more under "
            f"{left[0].instrument} are left out, which saves about {saved}"
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
    judged = (_judged(run, slug, pair) for pair in rule.pairs)
    return decide(judged, rule.looks, run.manifest.smallest_effect)


def _judged(run: RunRecord, slug: str, pair: tuple[Variant, Variant]) -> tuple[Blocks, Blocks]:
    """Return the calls by which two variants are judged: their frames where calls of one have two modes."""
    splits = [frames.split(run.of(slug, variant)) for variant in pair]
    known = [split for split in splits if split is not None]
    baseline, candidate = pair
    if len(known) == len(pair) and any(split.modes for split in known):
        return frames.blocks(run, slug, baseline), frames.blocks(run, slug, candidate)
    return speed.timed(run, slug, baseline).blocks, speed.timed(run, slug, candidate).blocks


def decide(pairs: Iterable[tuple[Blocks, Blocks]], looks: int, smallest_effect: float) -> tuple[Step, ...]:
    """Return, for each pair (baseline, candidate), whether it needs another process."""
    return tuple(
        statistics.next_step(baseline, candidate, looks, smallest_effect) for baseline, candidate in pairs
    )


def _spent_s(store: RunStore, slug: str, process: ProcessPlan) -> float:
    """Return how long the processes of a workload that measure speed have taken, in s."""
    seconds = {
        one.process: one.process_s or 0.0
        for one in store.manifest.captures
        if one.environment == slug
        and one.variant.workload == process.workload
        and SPEED in instrument(one.instrument).gives
    }
    return sum(seconds.values())


def conclusion(steps: tuple[Step, ...]) -> str:
    """Return the verdicts, each once, when all of them stand; else an empty text."""
    words = [step.verdict.word for step in steps]
    going_on = any(step.go_on for step in steps)
    return "" if going_on or statistics.CANNOT_TELL in words else ", ".join(dict.fromkeys(words))
