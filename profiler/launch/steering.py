"""How a gate steers the measuring of two sides: longer where it is open, again where it fails."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from ..plan import extending
from ..plan.processes import Plan
from ..runs.manifest import Looks
from ..runs.store import RunStore
from . import steps
from .listener import Listener
from .preparing import Prepared
from .steps import Step


class Steering(Protocol):
    """Says of a run how measuring goes on."""

    @property
    def extends(self) -> bool:
        """Whether a run may be measured longer than planned."""

    def undecided(self, run: Path) -> Collection[str]:
        """Return the workloads of this side that are to be measured longer; none where all is decided."""

    def repeats(self, run: Path) -> bool:
        """Return whether all of a finished run is measured once more, in a run of its own."""


def by_stage(part: Prepared) -> Prepared:
    """Return an environment whose processes are all taken before anything is looked at."""
    return dataclasses.replace(part, plan=dataclasses.replace(part.plan, stopping={}))


def looks(parts: Sequence[Prepared]) -> dict[str, dict[str, Looks]]:
    """Return what a run records of looks that are taken by stage, by environment and workload."""
    planned = Looks(extending.STAGES, by_stage=True)
    return {part.slug: dict.fromkeys(part.plan.workloads, planned) for part in parts}


class Longer:
    """Gives more pairs of processes of two sides while a gate is open, at most as often as was planned.

    What is measured longer gets twice its processes each time.
    """

    def __init__(
        self, store: RunStore, sides: tuple[Prepared, Prepared], steering: Steering, listener: Listener
    ) -> None:
        self._store = store
        self._sides = sides
        self._steering = steering
        self._listener = listener
        self._left = extending.STAGES - 1 if steering.extends else 0

    def __call__(self) -> tuple[Step, ...]:
        """Return the next pairs; none where the gate is decided or may not be extended any more."""
        if not self._left:
            return ()
        self._left -= 1
        workloads = self._steering.undecided(self._store.path)
        numbers = _measured(self._sides[0].plan, workloads)
        if not numbers:
            return ()
        done = len(self._sides[0].plan.processes)
        this, base = (
            dataclasses.replace(part, plan=extending.doubled(part.plan, numbers)) for part in self._sides
        )
        self._sides = this, base
        more = steps.in_turn(this, base)[done:]
        self._listener.note(
            f"the gate is open on {', '.join(sorted(workloads))}: {len(more)} more processes of each side"
        )
        self._store.change(order=[*self._store.manifest.order, *(step.label(True) for step in more)])
        return more


def _measured(plan: Plan, workloads: Collection[str]) -> list[int]:
    return [one.number for one in plan.processes if one.workload in workloads and one.measures_speed]
