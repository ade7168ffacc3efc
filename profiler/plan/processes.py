"""What will be measured: workloads, variants, instruments, their processes and the estimated time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..protocol.instruments import INSTRUMENT_IDS as INSTRUMENTS
from ..protocol.vocabulary import COMPILE_STATES, ENTRY_POINTS, WORKLOADS, Variant, is_factory
from .request import BUDGET_S, Request, affinity

BATCH_SIZE = 32
PROCESSES = 5
# A t interval holds from 3 processes on; slow calls do not leave time for more.
PROCESSES_OF_SLOW_CALLS = 3
MOST_PROCESSES = 20
# The worker's blocks are about so long, and never shorter than a call.
BLOCK_S = 0.1
SLOW_CALL_S = 0.5
# Slow calls get one a process by default, which is a little less than their time.
SHORT_OF_A_BLOCK = 0.8

# The study's own counts, for `--full`.
FULL_CALLS = {"tiny": 1000, "medium": 10}

# How much slower a call is under an instrument: a budget bounds the calls as they are measured.
SLOWDOWN = {"wall": 1.0, "cprofile": 1.4, "tfprofiler": 1.4}

# Seconds on 2 shared cores with TensorFlow 2.21: only the printed estimate rests on them.
START_S = 6.0
FIRST_CALL_EXTRA_S = 0.5
FASTEST_CALLS = {"wall": 200, "cprofile": 200, "tfprofiler": 20}
# The worker takes no more, whatever was asked for: a trace of them is large.
MOST_TRACED_CALLS = 20


@dataclass(frozen=True)
class WorkloadFacts:
    """What is known of a workload before it is measured.

    ``predict_s`` and ``other_s`` are the expected seconds of a predict and of another entry point's call;
    ``batch_size`` is the one that a model demands, or None.
    """

    predict_s: float
    other_s: float
    batch_size: int | None = None

    @property
    def slow(self) -> bool:
        """Whether a call takes so long that fewer processes must do."""
        return self.predict_s >= SLOW_CALL_S


UNKNOWN_CALL_S = 0.1
UNKNOWN = WorkloadFacts(UNKNOWN_CALL_S, UNKNOWN_CALL_S)
BUILT_IN = {"tiny": WorkloadFacts(0.06, 0.002), "medium": WorkloadFacts(3.0, 3.0)}


@dataclass(frozen=True)
class VariantPlan:
    """One variant's part in a process: exactly ``calls`` calls, or as many as fit ``budget_s`` when None.

    ``budget_s`` counts calls as they are with nothing attached.
    ``inspect``: one more call, not timed, tells what ran.
    """

    variant: Variant
    calls: int | None
    budget_s: float
    inspect: bool = False


@dataclass(frozen=True)
class ProcessPlan:
    """One worker process: one instrument, and the variants that it measures."""

    number: int
    workload: str
    instrument: str
    replicate: int
    variants: tuple[VariantPlan, ...]
    estimate_s: float

    @property
    def label(self) -> str:
        """A short name for progress: what runs, and which repetition."""
        if len(self.variants) == 1:
            return f"{self.variants[0].variant.id} {self.instrument}"
        return f"{self.workload} {self.instrument} #{self.replicate + 1} ({len(self.variants)} variants)"


def compared(variants: Iterable[Variant]) -> Iterator[tuple[Variant, Variant]]:
    """Yield (baseline, candidate) for all comparisons that a report shows of one environment's variants.

    Compiled against uncompiled for the same entry point, and every other entry point against ``predict``
    for the same compile state; always of the same workload, batch size and rows.
    """
    known = dict.fromkeys(variants)
    for candidate in known:
        for baseline in (
            candidate.differing(compile_state="uncompiled"),
            candidate.differing(entry_point="predict"),
        ):
            if baseline in known and baseline != candidate:
                yield baseline, candidate


@dataclass(frozen=True)
class Stopping:
    """How a workload's ``wall`` processes may end early: once the verdict on each of ``pairs`` stands.

    ``pairs`` are (baseline, candidate) that every process measures; they are looked at ``looks`` times at
    most, after each process from the third on.
    """

    pairs: tuple[tuple[Variant, Variant], ...]
    looks: int


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

    def describe(self) -> str:
        """Return the plan as text: a line for each workload and instrument, and the estimated time."""
        lines = []
        for workload in self.workloads:
            for instrument in INSTRUMENTS:
                chosen = [p for p in self.processes if (p.workload, p.instrument) == (workload, instrument)]
                if chosen:
                    looks = self.stopping[workload].looks if self._may_end(workload, instrument) else 1
                    lines.append(_describe(f"  {workload} under {instrument}", chosen, looks - 1))
        spared = sum(stopping.looks - 1 for stopping in self.stopping.values())
        total = _size(len(self.processes), spared, self.estimate_s)
        ends = ["  fewer where the verdict stands before the last"] if spared else []
        notes = [f"  note: {note}" for note in self.notes]
        cores = f" on {self.cores} core{'' if self.cores == 1 else 's'}" if self.cores else ""
        return "\n".join([f"Plan: {total}{cores}", *ends, *lines, *notes])

    def _may_end(self, workload: str, instrument: str) -> bool:
        return instrument == "wall" and workload in self.stopping


def _describe(name: str, processes: list[ProcessPlan], spared: int) -> str:
    ids = dict.fromkeys(v.variant.id for process in processes for v in process.variants)
    size = _size(len(processes), spared, sum(process.estimate_s for process in processes))
    return "\n".join([f"{name}: {size}", *(f"    {name}" for name in ids)])


def _size(count: int, spared: int, estimate_s: float) -> str:
    """Return the number of processes and their time as text; ``spared`` of them may be left out."""
    if spared:
        return f"{count - spared} to {count} processes, at most about {minutes(estimate_s)}"
    return f"{count} process{'' if count == 1 else 'es'}, about {minutes(estimate_s)}"


def minutes(seconds: float) -> str:
    """Return a planned time as text, in s or min."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"


def workload_name(model: str) -> str:
    """Return the workload's name for a user's model: the file's stem or the factory's name.

    Characters that have a meaning in a variant's id are replaced; a built-in's name gets a prefix.
    """
    stem = model.rpartition(":")[2] if is_factory(model) else Path(model).stem
    name = re.sub(r"[^A-Za-z0-9_.]+", "_", stem).strip("_.") or "model"
    return f"given_{name}" if name in WORKLOADS else name


def make(request: Request, given: WorkloadFacts | None = None) -> Plan:
    """Return the plan of a request.

    Without named entry points, ``predict`` is measured under every instrument, and the other entry points
    on the compiled model (or the only state asked for) under ``wall`` alone.

    Args:
        request: what was asked for.
        given: what is known of the user's own model; None takes it to be as quick as `UNKNOWN_CALL_S`.
    """
    facts = {workload_name(request.model): given or UNKNOWN} if request.model else BUILT_IN
    processes: list[ProcessPlan] = []
    stopping: dict[str, Stopping] = {}
    notes: list[str] = []
    for workload in request.workloads or facts:
        maker = _Maker(request, workload, facts[workload])
        notes.extend((*maker.notes(), *maker.limits()))
        for instrument in request.instruments or INSTRUMENTS:
            if instrument == "wall":
                stopping.update(maker.stopping())
            groups = maker.wall() if instrument == "wall" else maker.singly(instrument)
            for replicate, variants in groups:
                estimate_s = _estimate(facts[workload], instrument, variants)
                processes.append(
                    ProcessPlan(len(processes), workload, instrument, replicate, variants, estimate_s)
                )
    seen = dict.fromkeys(v.variant for process in processes for v in process.variants)
    cores = len(request.pin or affinity()) or os.cpu_count()
    return Plan(tuple(processes), tuple(seen), stopping, tuple(notes), cores)


@dataclass(frozen=True)
class _Maker:
    """Makes the groups of variants of one workload that share a process: (replicate, variants)."""

    request: Request
    workload: str
    facts: WorkloadFacts

    def wall(self) -> Iterator[tuple[int, tuple[VariantPlan, ...]]]:
        request, calls, count = self.request, self.calls, self.count
        for replicate in range(count):
            share = None if calls is None else calls // count + (replicate < calls % count)
            first = replicate == 0
            budget_s = request.budget_s / count
            chosen = [VariantPlan(v, share, budget_s, first) for v in self.main_variants()]
            if not self.facts.slow:
                chosen += [VariantPlan(v, share, budget_s, first) for v in self.looks()]
            elif first:
                chosen += [VariantPlan(v, calls, budget_s) for v in self.looks()]
            yield replicate, tuple(chosen)

    @property
    def count(self) -> int:
        """How many ``wall`` processes there are at most: a larger budget gives more, not longer ones."""
        least = PROCESSES_OF_SLOW_CALLS if self.facts.slow else PROCESSES
        if self.request.processes or self.calls:
            count = self.request.processes or least
            return min(count, self.calls or count)
        return min(MOST_PROCESSES, max(least, int(least * self.request.budget_s / BUDGET_S)))

    def stopping(self) -> dict[str, Stopping]:
        """Return how the processes may end early: never where they or the calls were given by number."""
        shared = [*self.main_variants(), *(() if self.facts.slow else self.looks())]
        pairs = tuple(compared(shared))
        looks = self.count - PROCESSES_OF_SLOW_CALLS + 1
        if self.request.processes or self.calls or looks < 2 or not pairs:
            return {}
        return {self.workload: Stopping(pairs, looks)}

    def notes(self) -> Iterator[str]:
        timed = "wall" in (self.request.instruments or INSTRUMENTS)
        block_s = max(BLOCK_S, self.facts.predict_s)
        process_s = self.request.budget_s / (self.count if timed else 1)
        if self.calls is None and process_s < SHORT_OF_A_BLOCK * block_s:
            yield (
                f"{self.workload}: {process_s:.2g} s of each variant in a process are less than one block of "
                f"calls (about {block_s:.2g} s): a call or few each; give --budget more"
            )
        needed = PROCESSES_OF_SLOW_CALLS
        if timed and self.count < needed:
            yield f"{self.workload}: an interval needs {needed} processes, this has {self.count}"

    def limits(self) -> Iterator[str]:
        """Yield where what was asked for by number is not what is measured."""
        instruments = self.request.instruments or INSTRUMENTS
        asked = self.request.processes
        if "wall" in instruments and asked and self.count < asked:
            yield (
                f"{self.workload}: {self.count} processes instead of {asked}, since each makes a call at "
                f"least and {self.calls} were asked for"
            )
        if "tfprofiler" in instruments and self.calls and self.calls > MOST_TRACED_CALLS:
            yield (
                f"{self.workload}: the TensorFlow profiler takes {MOST_TRACED_CALLS} of the {self.calls} "
                "calls, since its traces are large"
            )

    def singly(self, instrument: str) -> Iterator[tuple[int, tuple[VariantPlan, ...]]]:
        budget_s = self.request.budget_s / SLOWDOWN[instrument]
        # without a wall capture no other process tells what ran
        instruments = self.request.instruments or INSTRUMENTS
        inspect = "wall" not in instruments and instrument == instruments[0]
        for variant in self.main_variants():
            yield 0, (VariantPlan(variant, self.calls, budget_s, inspect),)

    @property
    def calls(self) -> int | None:
        full = FULL_CALLS.get(self.workload, FULL_CALLS["medium" if self.facts.slow else "tiny"])
        return full if self.request.full else self.request.calls

    def main_variants(self) -> Iterator[Variant]:
        return self._variants(self._states(), self.request.entry_points or ("predict",))

    def looks(self) -> Iterator[Variant]:
        others = () if self.request.entry_points else (e for e in ENTRY_POINTS if e != "predict")
        return self._variants(self._states()[-1:], tuple(others))

    def _states(self) -> tuple[str, ...]:
        return self.request.compile_states or COMPILE_STATES

    def _variants(self, states: tuple[str, ...], entry_points: tuple[str, ...]) -> Iterator[Variant]:
        for batch_size in self.request.batch_sizes or (self.facts.batch_size or BATCH_SIZE,):
            for state in states:
                for entry_point in entry_points:
                    rows = self.request.rows or batch_size
                    yield Variant(self.workload, state, entry_point, batch_size, rows)


def _estimate(facts: WorkloadFacts, instrument: str, variants: tuple[VariantPlan, ...]) -> float:
    total = START_S
    for entry in variants:
        call_s = facts.predict_s if entry.variant.entry_point == "predict" else facts.other_s
        warm_up = 2 if call_s > SLOW_CALL_S else 4
        fitting = min(FASTEST_CALLS[instrument], max(1, int(entry.budget_s / call_s)))
        count = entry.calls or fitting
        if instrument == "tfprofiler":
            count = min(count, MOST_TRACED_CALLS)
        measured = count * call_s * SLOWDOWN[instrument]
        inspection = call_s if entry.inspect else 0
        total += FIRST_CALL_EXTRA_S + warm_up * call_s + measured + inspection
    return total
