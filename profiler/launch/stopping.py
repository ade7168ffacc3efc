"""Decides after each process that measures speed whether a workload's verdicts stand and it can end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

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

Place = tuple[str, Variant]
"""A variant by its environment's slug."""


def lacks(store: RunStore, slug: str, process: ProcessPlan) -> bool:
    """Return whether a process still has to be measured; standing verdicts make it unnecessary."""
    if store.holds(slug, process):
        return False
    stopped = store.manifest.stopped(slug, process.workload)
    # one that was measured and is damaged now is measured again
    return not (process.measures_speed and stopped and not store.lists(slug, process))


def after(store: RunStore, plan: Plan, taken: Mapping[str, ProcessPlan], listener: Listener) -> None:
    """Check whether a workload's verdicts stand after one of its processes, and record the analysis.

    Args:
        store: the run.
        plan: what was planned; where two sides took turns, that of either.
        taken: the process that has been measured, by its environment; one of each side where two took turns.
        listener: is told that the rest is left out.
    """
    slug, process = next(iter(taken.items()))
    rule = plan.stopping.get(process.workload)
    if rule is None or not process.measures_speed:
        return
    planned = store.manifest.looks(slug, process.workload)
    if planned is not None and planned.by_stage:
        # a gate looks at them instead
        return
    words = conclusion(look(record.read(store.path), slug, rule, process.workload))
    spent_s = sum(_spent_s(store, *one) for one in taken.items())
    alike = [p for p in plan.processes if p.workload == process.workload and p.measures_speed]
    held = [p for p in alike if store.holds(slug, p)]
    left = [p for p in alike if p.number > process.number and p not in held]
    stopped = None
    by_time = not words and rule.longest_s is not None and spent_s >= rule.longest_s
    if left and (words or by_time):
        why = f"every verdict stands ({words})" if words else f"{minutes(spent_s)} have passed"
        stopped = Stopped(len(held), len(left), why, by_time)
        saved = minutes(len(taken) * sum(p.estimate_s for p in left))
        of_each = " of each side" if len(taken) > 1 else ""
        listener.note(
            f"{process.workload}: {stopped.why} after {len(held)} processes{of_each}; {len(left)} more under "
            f"{left[0].instrument} are left out, which saves about {saved}"
        )
    for environment, one in taken.items():
        store.manifest = store.manifest.with_looks(environment, one.workload, rule.looks, stopped)
    store.save()


def look(run: RunRecord, slug: str, rule: Stopping, workload: str | None = None) -> tuple[Step, ...]:
    """Return, for each compared pair of a workload, whether it needs another process.

    Args:
        run: what was measured so far.
        slug: the environment; where two sides took turns, what was measured against the other.
        rule: the pairs, and how many interim analyses were planned. Where two sides took turns, their
            comparison is what the run is for, and decides alone.
        workload: the one whose sides are looked at; None: all.
    """
    judged = (_judged(run, *pair) for pair in _pairs(run, slug, rule, workload))
    return decide(judged, rule.looks, run.manifest.smallest_effect)


def _pairs(run: RunRecord, slug: str, rule: Stopping, workload: str | None) -> Iterator[tuple[Place, Place]]:
    sides = run.manifest.sides
    if sides is None:
        yield from (((slug, baseline), (slug, candidate)) for baseline, candidate in rule.pairs)
        return
    this, base = ([v for e, v in run.variants if e == side] for side in (sides.this, sides.base))
    for candidate, baseline in speed.across(this, base):
        if workload in (None, candidate.workload):
            yield (sides.base, baseline), (sides.this, candidate)


def _judged(run: RunRecord, baseline: Place, candidate: Place) -> tuple[Blocks, Blocks]:
    """Return the calls by which two variants are judged: their frames where calls of one have two modes."""
    pair = baseline, candidate
    splits = [frames.split(run.of(*place)) for place in pair]
    known = [split for split in splits if split is not None]
    if len(known) == len(pair) and any(split.modes for split in known):
        return frames.blocks(run, *baseline), frames.blocks(run, *candidate)
    return speed.timed(run, *baseline).blocks, speed.timed(run, *candidate).blocks


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
