"""What will be measured: workloads, variants, instruments, their processes and the estimated time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..protocol.instruments import DEFAULT_IDS, SPEED, Instrument, instrument
from ..protocol.vocabulary import (
    COMPILE_STATES,
    ENTRY_POINTS,
    WORKLOADS,
    Variant,
    compared,
    is_factory,
    width_of,
)
from .estimate import BUILT_IN, START_S, UNKNOWN, CallCost, built_in, minutes, process_s
from .request import BUDGET_S, Request, affinity

BATCH_SIZE = 32
PROCESSES = 5
# A t interval holds from 3 processes on; slow calls do not leave time for more.
PROCESSES_OF_SLOW_CALLS = 3
PROCESSES_OF_GROWTH = 3
# The shares of one process need fewer calls than a ratio of several.
PART_OF_SHARES = 0.25
MOST_PROCESSES = 20
# The worker's blocks are about so long, and never shorter than a call.
BLOCK_S = 0.1
SHORT_OF_A_BLOCK = 0.8
# Slow calls are measured so often in a process, whatever the budget: each beside one under probes.
PAIRS_OF_SLOW_CALLS = 3

# The study's own counts, for `--full`.
FULL_CALLS = {"tiny": 1000, "medium": 10}


@dataclass(frozen=True)
class CapturePlan:
    """One capture in a process: exactly ``calls`` calls, or as many as fit ``budget_s`` when None.

    ``budget_s`` counts calls as they are with nothing attached.
    ``inspect``: one more call, not timed, tells what ran.
    """

    variant: Variant
    instrument: str
    calls: int | None
    budget_s: float
    inspect: bool = False


@dataclass(frozen=True)
class ProcessPlan:
    """One worker process and its captures: one, or those of instruments that interleave and what follows.

    ``workload`` names what it measures for a person; ``looks_closer``: whether what grows may be read too.
    """

    number: int
    workload: str
    replicate: int
    captures: tuple[CapturePlan, ...]
    estimate_s: float
    looks_closer: bool = True

    @property
    def workloads(self) -> tuple[str, ...]:
        """The workloads that it builds."""
        return tuple(dict.fromkeys(one.variant.workload for one in self.captures))

    @property
    def instruments(self) -> tuple[str, ...]:
        """The instruments of its captures."""
        return tuple(dict.fromkeys(one.instrument for one in self.captures))

    @property
    def instrument(self) -> str:
        """The instruments of its captures as text."""
        *others, last = self.instruments
        return f"{', '.join(others)} and {last}" if others else last

    @property
    def replicated(self) -> bool:
        """Whether it is one of several processes that measure the same."""
        return instrument(self.instruments[0]).interleaves

    @property
    def measures_speed(self) -> bool:
        """Whether one of its captures tells how fast calls are."""
        return any(SPEED in instrument(name).gives for name in self.instruments)

    @property
    def compares_outputs(self) -> bool:
        """Whether the outputs of its variants are compared: once, in the first of its kind."""
        return self.replicated and self.replicate == 0

    @property
    def reads_growth(self) -> bool:
        """Whether what grows is read: where speed is measured, in as many processes as an interval needs."""
        return self.looks_closer and self.replicate < PROCESSES_OF_GROWTH and self.measures_speed

    @property
    def label(self) -> str:
        """A short name for progress: what runs, and which repetition."""
        variants = tuple(dict.fromkeys(one.variant for one in self.captures))
        if len(variants) == 1:
            return f"{variants[0].id} {self.instrument}"
        return f"{self.workload} {self.instrument} #{self.replicate + 1} ({len(variants)} variants)"


@dataclass(frozen=True)
class Stopping:
    """How a workload's speed measuring may end early: once the verdict on each of ``pairs`` stands.

    ``pairs`` are (baseline, candidate) that every process measures; they are looked at ``looks`` times at
    most, after each process from the third on. ``longest_s`` ends it too; None: nothing but the looks does.
    Beside another side, the comparison with that decides instead of ``pairs``.
    """

    pairs: tuple[tuple[Variant, Variant], ...]
    looks: int
    longest_s: float | None = None


@dataclass(frozen=True)
class Plan:
    """All processes of a run, in the order in which they run.

    ``stopping``: by workload, where its processes may end early; ``notes``: what the user should know before
    anything is measured; ``cores``: how many may be used, None where the system does not tell.
    """

    processes: tuple[ProcessPlan, ...]
    variants: tuple[Variant, ...] = field(default=())
    stopping: Mapping[str, Stopping] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    cores: int | None = None

    @property
    def estimate_s(self) -> float:
        """The estimated time of the whole run, in s."""
        return START_S + sum(process.estimate_s for process in self.processes)

    @property
    def workloads(self) -> tuple[str, ...]:
        """The workloads in the order of the plan."""
        return tuple(dict.fromkeys(process.workload for process in self.processes))

    def _last(self, workload: str) -> list[int]:
        """Return the numbers of the processes that standing verdicts make unnecessary."""
        if workload not in self.stopping:
            return []
        numbers = [one.number for one in self.processes if one.workload == workload and one.measures_speed]
        return numbers[len(numbers) - self.stopping[workload].looks + 1 :]

    def describe(self) -> str:
        """Return the plan as text: a line for each workload and instrument, and the estimated time."""
        lines = []
        for workload in self.workloads:
            own = [process for process in self.processes if process.workload == workload]
            last = set(self._last(workload))
            for name in dict.fromkeys(process.instrument for process in own):
                chosen = [process for process in own if process.instrument == name]
                spared = sum(process.number in last for process in chosen)
                lines.append(_describe(f"  {workload} under {name}", chosen, spared))
        spared = sum(len(self._last(workload)) for workload in self.workloads)
        total = _size(len(self.processes), spared, self.estimate_s)
        ends = ["  fewer where the verdict stands before the last"] if spared else []
        notes = [f"  note: {note}" for note in self.notes]
        cores = f" on {self.cores} core{'' if self.cores == 1 else 's'}" if self.cores else ""
        return "\n".join([f"Plan: {total}{cores}", *ends, *lines, *notes])


def _describe(name: str, processes: list[ProcessPlan], spared: int) -> str:
    ids = dict.fromkeys(one.variant.id for process in processes for one in process.captures)
    size = _size(len(processes), spared, sum(process.estimate_s for process in processes))
    return "\n".join([f"{name}: {size}", *(f"    {name}" for name in ids)])


def _size(count: int, spared: int, estimate_s: float) -> str:
    """Return the number of processes and their time as text; ``spared`` of them may be left out."""
    if spared:
        return f"{count - spared} to {count} processes, at most about {minutes(estimate_s)}"
    return f"{count} process{'' if count == 1 else 'es'}, about {minutes(estimate_s)}"


def workload_name(model: str) -> str:
    """Return the workload's name for a user's model: the file's stem or the factory's name.

    Characters that have a meaning in a variant's id are replaced; a built-in's name gets a prefix.
    """
    stem = model.rpartition(":")[2] if is_factory(model) else Path(model).stem
    name = re.sub(r"[^A-Za-z0-9_.]+", "_", stem).strip("_.") or "model"
    return f"given_{name}" if name in WORKLOADS or width_of(name) else name


def make(request: Request, given: CallCost | None = None) -> Plan:
    """Return the plan of a request.

    Without named entry points, ``predict`` is measured under every instrument, and the other entry points of
    quick calls on the compiled model (or the only state asked for) where speed is measured.

    Args:
        request: what was asked for.
        given: what is known of the user's own model; None takes it to be as quick as `UNKNOWN_CALL_S`.

    Raises:
        OptionError: a core to pin to that this process may not use.
    """
    request.require_usable_cores()
    if request.model:
        costs = {workload_name(request.model): given or UNKNOWN}
    else:
        costs = {name: built_in(name) for name in request.workloads or BUILT_IN}
    processes: list[ProcessPlan] = []
    stopping: dict[str, Stopping] = {}
    notes: list[str] = []
    for workload in costs:
        maker = _Maker(request, workload, costs[workload])
        notes.extend((*maker.notes(), *maker.limits()))
        stopping.update(maker.stopping())
        for replicate, captures in maker.processes():
            made = ProcessPlan(len(processes), workload, replicate, captures, 0.0)
            estimate_s = process_s(costs[workload], captures, made.reads_growth)
            processes.append(replace(made, estimate_s=estimate_s))
    seen = dict.fromkeys(one.variant for process in processes for one in process.captures)
    cores = len(request.pin or affinity()) or os.cpu_count()
    return Plan(tuple(processes), tuple(seen), stopping, tuple(notes), cores)


@dataclass(frozen=True)
class _Maker:
    """Makes the groups of variants of one workload that share a process: (replicate, variants)."""

    request: Request
    workload: str
    cost: CallCost

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        return tuple(map(instrument, self.request.instruments or DEFAULT_IDS))

    @property
    def _timed(self) -> bool:
        """Whether an instrument is among them that measures speed, over several processes."""
        return any(SPEED in one.gives for one in self.instruments)

    def processes(self) -> Iterator[tuple[int, tuple[CapturePlan, ...]]]:
        """Yield the captures of each process, with its replicate.

        Instruments that interleave take theirs together in every process. What each other one takes follows
        in one of these, from the second on: a start and the first calls may take longer than what it
        measures. Without any that interleaves, each capture has a process of its own.
        """
        together = [one for one in self.instruments if one.interleaves]
        others = [one for one in self.instruments if not one.interleaves]
        count = self.count if together else 0
        for replicate in range(count):
            here = [one for place, one in enumerate(others, 1) if place % count == replicate]
            after = (capture for one in here for capture in self._singly(one))
            yield replicate, (*self._of_process(replicate, together), *after)
        for one in () if together else others:
            yield from ((0, (capture,)) for capture in self._singly(one))

    def _of_process(self, replicate: int, chosen: list[Instrument]) -> Iterator[CapturePlan]:
        """Yield the captures of one process that holds all variants.

        Other entry points are measured for their speed alone.
        """
        calls, count, first = self.calls, self.count, replicate == 0
        budget_s = self.request.budget_s / count
        share = None if calls is None else calls // count + (replicate < calls % count)
        each = PAIRS_OF_SLOW_CALLS if self.cost.slow and calls is None else share
        for variant in self.main_variants():
            for place, one in enumerate(chosen):
                yield CapturePlan(variant, one.id, each, budget_s, first and place == 0)
        for one in chosen:
            if SPEED in one.gives:
                for variant in self.other_entry_points():
                    yield CapturePlan(variant, one.id, share, budget_s, first)

    @property
    def count(self) -> int:
        """How many processes measure speed at most: a larger budget gives more, not longer ones."""
        least = PROCESSES_OF_SLOW_CALLS if self.cost.slow else PROCESSES
        if self.request.processes or self.calls:
            count = self.request.processes or least
            return min(count, self.calls or count)
        if self.request.longest_s is not None:
            fitting = self.request.longest_s / self._process_s
        elif self.cost.slow:
            fitting = self.request.budget_s / (PAIRS_OF_SLOW_CALLS * self.cost.predict_s)
        else:
            fitting = least * self.request.budget_s / BUDGET_S
        return min(MOST_PROCESSES, max(least, int(fitting)))

    @property
    def _process_s(self) -> float:
        """The estimated time of a process that measures speed, with the least budget, in s."""
        budget_s = self.request.budget_s / PROCESSES
        calls = PAIRS_OF_SLOW_CALLS if self.cost.slow else None
        together = [one for one in self.instruments if one.interleaves]
        parts = [CapturePlan(v, one.id, calls, budget_s) for v in self.main_variants() for one in together]
        return process_s(self.cost, parts)

    def stopping(self) -> dict[str, Stopping]:
        """Return how the processes may end early: never where they or the calls were given by number."""
        pairs = tuple(compared([*self.main_variants(), *self.other_entry_points()]))
        looks = self.count - PROCESSES_OF_SLOW_CALLS + 1
        compares = pairs or self.request.against is not None
        if not self._timed or self.request.processes or self.calls or looks < 2 or not compares:
            return {}
        return {self.workload: Stopping(pairs, looks, self.request.longest_s)}

    def notes(self) -> Iterator[str]:
        """Yield warnings of a request that is too small to say much."""
        block_s = max(BLOCK_S, self.cost.predict_s)
        process_budget_s = self.request.budget_s / (self.count if self._timed else 1)
        slow_pairs = self.cost.slow and self._interleaves
        if self.calls is None and not slow_pairs and process_budget_s < SHORT_OF_A_BLOCK * block_s:
            yield (
                f"{self.workload}: {process_budget_s:.2g} s of each variant in a process are less than one "
                f"block of calls (about {block_s:.2g} s): a call or few each; give more budget"
            )
        needed = PROCESSES_OF_SLOW_CALLS
        if self._timed and self.count < needed:
            yield f"{self.workload}: an interval needs {needed} processes, this has {self.count}"

    def limits(self) -> Iterator[str]:
        """Yield where the plan differs from the numbers that were asked for."""
        asked = self.request.processes
        if self._timed and asked and self.count < asked:
            yield (
                f"{self.workload}: {self.count} processes instead of {asked}, since each makes a call at "
                f"least and {self.calls} were asked for"
            )
        for one in self.instruments:
            if one.most_calls is not None and self.calls and self.calls > one.most_calls:
                yield (
                    f"{self.workload}: {one.id} takes {one.most_calls} of the {self.calls} calls, since its "
                    "files are large"
                )

    def _singly(self, chosen: Instrument) -> Iterator[CapturePlan]:
        """Yield a capture of each variant; of slow ones by default a single call."""
        budget_s = PART_OF_SHARES * self.request.budget_s / chosen.slowdown
        # without a process that holds all variants no other one tells what ran
        inspect = not self._interleaves and chosen == self.instruments[0]
        slow_by_default = self.cost.slow and self.request.budget_s <= BUDGET_S
        calls = 1 if slow_by_default and self.calls is None else self.calls
        for variant in self.main_variants():
            yield CapturePlan(variant, chosen.id, calls, budget_s, inspect)

    @property
    def _interleaves(self) -> bool:
        return any(one.interleaves for one in self.instruments)

    @property
    def calls(self) -> int | None:
        full = FULL_CALLS.get(self.workload, FULL_CALLS["medium" if self.cost.slow else "tiny"])
        return full if self.request.full else self.request.calls

    def main_variants(self) -> Iterator[Variant]:
        return self._variants(self._states(), self.request.entry_points or ("predict",))

    def other_entry_points(self) -> Iterator[Variant]:
        """Yield what predict is compared with where no entry point was named and calls are quick.

        Beside a slow call, what another entry point spares is little, and intervals would take minutes.
        """
        skipped = self.request.entry_points or self.cost.slow
        others = () if skipped else (e for e in ENTRY_POINTS if e != "predict")
        return self._variants(self._states()[-1:], tuple(others))

    def _states(self) -> tuple[str, ...]:
        return self.request.compile_states or COMPILE_STATES

    def _variants(self, states: tuple[str, ...], entry_points: tuple[str, ...]) -> Iterator[Variant]:
        for batch_size in self.request.batch_sizes or (self.cost.batch_size or BATCH_SIZE,):
            for state in states:
                for entry_point in entry_points:
                    rows = self.request.rows or self.cost.rows or batch_size
                    yield Variant(self.workload, state, entry_point, batch_size, rows)
