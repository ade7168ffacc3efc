"""The order in which the processes of a run are taken, over all its environments."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..plan.processes import ProcessPlan
from .preparing import Prepared


@dataclass(frozen=True)
class Task:
    """One process of one environment."""

    part: Prepared
    process: ProcessPlan


@dataclass(frozen=True)
class Step:
    """What is taken at a time: one process, or one of each of two sides that take turns."""

    tasks: tuple[Task, ...]

    @property
    def number(self) -> int:
        """The number of its processes, which is the same."""
        return self.tasks[0].process.number

    @property
    def estimate_s(self) -> float:
        """The estimated time of all its processes, in s."""
        return sum(task.process.estimate_s for task in self.tasks)

    def label(self, of_several: bool) -> str:
        """Return a short name for progress, with the environment where a run has several."""
        first, *others = self.tasks
        if others:
            return f"{first.process.label}, both sides in turn"
        return f"{first.part.slug} {first.process.label}" if of_several else first.process.label


def alone(part: Prepared) -> tuple[Step, ...]:
    """Return the processes of one environment, in the order of its plan."""
    return tuple(Step((Task(part, process),)) for process in part.plan.processes)


def in_rounds(parts: Sequence[Prepared], seed: int) -> tuple[Step, ...]:
    """Return the processes of several environments in rounds: one of each, in a random order.

    What the machine does meanwhile then hits all alike, where one environment after another would get the
    machine of another hour each.
    """
    return tuple(_rounds(parts, random.Random(seed)))


def _rounds(parts: Sequence[Prepared], chance: random.Random) -> Iterator[Step]:
    for number in range(max(len(part.plan.processes) for part in parts)):
        here = [part for part in parts if number < len(part.plan.processes)]
        for part in chance.sample(here, len(here)):
            yield Step((Task(part, part.plan.processes[number]),))


def in_turn(this: Prepared, base: Prepared) -> tuple[Step, ...]:
    """Return the processes of two sides, those of one number together."""
    pairs = zip(this.plan.processes, base.plan.processes, strict=True)
    return tuple(Step((Task(this, one), Task(base, other))) for one, other in pairs)
