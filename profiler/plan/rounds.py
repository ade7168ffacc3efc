"""The rounds of a sweep: which points are measured together, in how many processes, and for how long."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..protocol import calls
from ..protocol.instruments import COMPUTE, INSTRUMENTS, SPEED, instrument
from ..protocol.switching import SLOW_CALL_NS
from ..protocol.vocabulary import Variant
from .estimate import FIRST_CALL_EXTRA_S, START_S, CallCost, minutes
from .processes import BATCH_SIZE, CapturePlan, ProcessPlan
from .sweep import BATCH, MODEL, ROWS, SweepRequest, single

WALL = next(one.id for one in INSTRUMENTS if SPEED in one.gives)
TRACER = next(one.id for one in INSTRUMENTS if COMPUTE in one.gives)
# What each variant's measured calls may take in a process: predict's, and those of the other ways.
PREDICT_S, OTHER_S = 0.4, 0.15
# Calls are measured so often at least, and those of half a second and more: other work hits single calls.
LEAST_CALLS, LEAST_SLOW_CALLS = 4, 2
# A round around crossings has so many more processes than the first one: there the interval counts.
MORE_PROCESSES = 2
TRACED_CALLS = 2
# Starting a trace and writing it.
TRACE_S = 2.5


@dataclass(frozen=True)
class Part:
    """What a round measures at one size, in which ways; ``traced``: under the profiler too."""

    size: int
    ways: tuple[tuple[str, str], ...]
    traced: bool = False


@dataclass(frozen=True)
class Round:
    """Points that fresh processes measure together, each process all of them, and why.

    ``processes``: how many; a later round of the same points adds more.
    """

    parts: tuple[Part, ...]
    processes: int
    why: str

    @property
    def sizes(self) -> tuple[int, ...]:
        """Its sizes."""
        return tuple(part.size for part in self.parts)


CallSeconds = Callable[[Variant], float]
"""What a call of a variant takes, in s."""


def first_round(asked: SweepRequest, given: CallCost | None = None) -> Round:
    """Return the round over the whole grid; the ends and the middle of it are traced for compute."""
    grid = asked.grid(given)
    traced = {grid[0], grid[len(grid) // 2], grid[-1]} if asked.axis != MODEL else set(grid)
    ways = asked.ways()
    return Round(tuple(Part(size, ways, size in traced) for size in grid), asked.processes, "the grid")


def processes(asked: SweepRequest, rounds: Sequence[Round], call_s: CallSeconds) -> Iterator[ProcessPlan]:
    """Yield the processes of rounds in their order, numbered through.

    Args:
        asked: the sweep.
        rounds: its rounds.
        call_s: what a call takes, for the estimates.
    """
    numbers = itertools.count()
    for place, one in enumerate(rounds):
        for replicate in range(one.processes):
            number = next(numbers)
            captures = tuple(_captures(asked, one, replicate == 0, call_s))
            label = f"{'+'.join(asked.workloads)} round {place + 1}"
            yield ProcessPlan(
                number, label, number, captures, process_s(captures, call_s), looks_closer=False
            )


def _captures(asked: SweepRequest, one: Round, first: bool, call_s: CallSeconds) -> Iterator[CapturePlan]:
    traced = []
    for part in one.parts:
        for way in part.ways:
            variant = asked.variant(part.size, way)
            is_predict = variant.entry_point == "predict"
            expected_s = call_s(variant)
            least = LEAST_CALLS if expected_s * 1e9 < SLOW_CALL_NS else LEAST_SLOW_CALLS
            budget_s = max(PREDICT_S if is_predict else OTHER_S, least * expected_s)
            closer = first and part.traced and way == asked.baseline
            yield CapturePlan(variant, WALL, asked.base.calls, budget_s, closer)
            if closer:
                traced.append(variant)
    for variant in traced:
        yield CapturePlan(variant, TRACER, TRACED_CALLS, PREDICT_S)


def process_s(captures: Iterable[CapturePlan], call_s: CallSeconds) -> float:
    """Return the estimated time of a process that takes these captures, in s."""
    total = START_S
    for one in captures:
        cost_s, attached = call_s(one.variant), instrument(one.instrument)
        count = calls.measured(one.calls, one.budget_s, round(cost_s * 1e9), attached)
        total += count * attached.slowdown * cost_s
        if one.instrument == WALL:
            total += FIRST_CALL_EXTRA_S + (1 + calls.warm_up(cost_s * 1e9)) * cost_s
        else:
            total += TRACE_S
    return total


def describe(asked: SweepRequest, grid: Sequence[int], first_s: float) -> str:
    """Return a sweep's plan as text.

    Args:
        asked: the sweep.
        grid: the sizes of its first round.
        first_s: what that round is estimated to take, in s.
    """
    at = ", ".join(asked.workloads if asked.axis == MODEL else map(str, grid))
    ways = ", ".join(f"{state}/{entry}" for state, entry in asked.ways())
    first = f"first {asked.processes} processes, about {minutes(first_s)}"
    more = f"; then more where lines cross, all within about {minutes(asked.budget_s)}"
    more = "" if asked.axis == MODEL else more
    return "\n".join(
        (
            f"Plan: {' and '.join(asked.workloads)} by {asked.axis}: {first}{more}",
            f"  {asked.axis}: {at}{_fixed(asked, grid)}",
            f"  {ways}",
        )
    )


def _fixed(asked: SweepRequest, grid: Sequence[int]) -> str:
    batch = single(asked.batch_sizes)
    if asked.axis == ROWS:
        return f"; in batches of {batch}" if batch else f"; in batches of {BATCH_SIZE} at most"
    return f"; {single(asked.rows) or max(grid)} rows a call" if asked.axis == BATCH else ""
