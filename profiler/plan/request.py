"""What a user asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..protocol.errors import UsageError
from ..protocol.instruments import INSTRUMENT_IDS as INSTRUMENTS
from ..protocol.vocabulary import COMPILE_STATES, ENTRY_POINTS, WORKLOADS, require_known

SMALLEST_EFFECT = 0.05
BUDGET_S = 8.0


def affinity() -> set[int]:
    """Return the cores that this process may use; empty where the system does not tell (macOS)."""
    return set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set()


@dataclass(frozen=True)
class Request:
    """What a user asked for; None or an empty tuple stands for the default.

    Raises:
        UsageError: an unknown name, or a number that cannot be.
    """

    workloads: tuple[str, ...] = ()
    compile_states: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()
    batch_sizes: tuple[int, ...] = ()
    rows: int | None = None
    instruments: tuple[str, ...] = ()
    processes: int | None = None
    budget_s: float = BUDGET_S
    calls: int | None = None
    full: bool = False
    python: str | None = None
    out: str | None = None
    model: str | None = None
    input: str | None = None
    smallest_effect: float = SMALLEST_EFFECT
    pin: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.model is not None and self.workloads:
            raise UsageError(
                f"--model replaces the built-in workloads: leave out {', '.join(self.workloads)}"
            )
        if self.input is not None and self.model is None:
            raise UsageError("--input is for a model of your own: give --model too")
        self._check_values()
        if not 0 < self.smallest_effect < 1:
            raise UsageError(
                f"--smallest-effect {self.smallest_effect:g}: a fraction between 0 and 1 is needed"
            )
        surplus = set(self.pin) - affinity() if self.pin else set()
        if surplus:
            raise UsageError(f"--pin {min(surplus)}: this process may not use that core")
        if not 0 < self.budget_s < float("inf"):
            raise UsageError(f"--budget {self.budget_s:g}: more than 0 seconds are needed")
        if self.full and self.calls is not None:
            raise UsageError("--full and --calls both say how many calls: give one of them")

    def _check_values(self) -> None:
        for kind, values, known in (
            ("workload", self.workloads, WORKLOADS),
            ("compile state", self.compile_states, COMPILE_STATES),
            ("entry point", self.entry_points, ENTRY_POINTS),
            ("instrument", self.instruments, INSTRUMENTS),
        ):
            for value in values:
                require_known(kind, value, known)
            if len(set(values)) != len(values):
                raise UsageError(f"{kind} named twice: {', '.join(values)}")
        for kind, numbers in (("--batch-size", self.batch_sizes), ("--pin", self.pin)):
            if len(set(numbers)) != len(numbers):
                raise UsageError(f"{kind} {','.join(map(str, numbers))}: a number is given twice")
        for kind, number in (
            ("--rows", self.rows),
            ("--processes", self.processes),
            ("--calls", self.calls),
            *(("--batch-size", size) for size in self.batch_sizes),
        ):
            if number is not None and number < 1:
                raise UsageError(f"{kind} {number}: at least 1 is needed")

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Request:
        """Return the request that a run's manifest holds; fields that this version lacks are ignored."""
        known = {item.name for item in fields(Request)}
        options: dict[str, Any] = {
            name: tuple(item) if isinstance(item, list) else item
            for name, item in value.items()
            if name in known
        }
        return Request(**options)
