"""What will be measured: workloads, variants, instruments, their processes and the estimated time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .protocol.errors import UsageError
from .protocol.words import COMPILE_STATES, ENTRY_POINTS, INSTRUMENTS, WORKLOADS, Variant, require_known

BATCH_SIZE = 32
BUDGET_S = 8.0
PROCESSES = 5
# A t interval holds from 3 processes on; slow calls do not leave time for more.
PROCESSES_OF_SLOW_CALLS = 3
SLOW_CALL_S = 0.5

# The study's own counts, for `--full`.
FULL_CALLS = {"tiny": 1000, "medium": 10}

# Seconds on 2 shared cores with TensorFlow 2.21: only the printed estimate rests on them.
START_S = 6.0
FIRST_CALL_EXTRA_S = 0.5
EXPECTED_PREDICT_S = {"tiny": 0.06, "medium": 3.0}
EXPECTED_OTHER_S = {"tiny": 0.002, "medium": 3.0}
SLOWDOWN = {"wall": 1.0, "cprofile": 1.4}
FASTEST_CALLS = 500


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

    def __post_init__(self) -> None:
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
        for kind, number in (
            ("--rows", self.rows),
            ("--processes", self.processes),
            ("--calls", self.calls),
            *(("--batch-size", size) for size in self.batch_sizes),
        ):
            if number is not None and number < 1:
                raise UsageError(f"{kind} {number}: at least 1 is needed")
        if not 0 < self.budget_s < float("inf"):
            raise UsageError(f"--budget {self.budget_s:g}: more than 0 seconds are needed")
        if self.full and self.calls is not None:
            raise UsageError("--full and --calls both say how many calls: give one of them")


@dataclass(frozen=True)
class VariantPlan:
    """One variant's part in a process: exactly ``calls`` calls, or as many as fit ``budget_s`` when None."""

    variant: Variant
    calls: int | None
    budget_s: float


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


@dataclass(frozen=True)
class Plan:
    """All processes of a run, in the order in which they run."""

    processes: tuple[ProcessPlan, ...]
    variants: tuple[Variant, ...] = field(default=())

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
                    lines.append(_describe(workload, instrument, chosen))
        total = f"{len(self.processes)} processes, about {_minutes(self.estimate_s)} on 2 cores"
        return "\n".join([f"Plan: {total}", *lines])


def _describe(workload: str, instrument: str, processes: list[ProcessPlan]) -> str:
    ids = dict.fromkeys(v.variant.id for process in processes for v in process.variants)
    noun = "process" if len(processes) == 1 else "processes"
    seconds = _minutes(sum(process.estimate_s for process in processes))
    head = f"  {workload} under {instrument}: {len(processes)} {noun}, about {seconds}"
    return "\n".join([head, *(f"    {name}" for name in ids)])


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"


def make(request: Request) -> Plan:
    """Return the plan of a request.

    Without named entry points, ``predict`` is measured under every instrument, and the other entry points
    on the compiled model (or the only state asked for) under ``wall`` alone.
    """
    processes: list[ProcessPlan] = []
    for workload in request.workloads or WORKLOADS:
        for instrument in request.instruments or INSTRUMENTS:
            groups = (
                _wall(request, workload) if instrument == "wall" else _singly(request, workload, instrument)
            )
            for replicate, variants in groups:
                processes.append(
                    ProcessPlan(
                        len(processes),
                        workload,
                        instrument,
                        replicate,
                        variants,
                        _estimate(workload, instrument, variants),
                    )
                )
    seen = dict.fromkeys(v.variant for process in processes for v in process.variants)
    return Plan(tuple(processes), tuple(seen))


def _states(request: Request) -> tuple[str, ...]:
    return request.compile_states or COMPILE_STATES


def _main_variants(request: Request, workload: str) -> list[Variant]:
    entry_points = request.entry_points or ("predict",)
    return list(_variants(request, workload, _states(request), entry_points))


def _variants(
    request: Request, workload: str, states: Iterable[str], entry_points: Iterable[str]
) -> Iterator[Variant]:
    for batch_size in request.batch_sizes or (BATCH_SIZE,):
        for state in states:
            for entry_point in entry_points:
                yield Variant(workload, state, entry_point, batch_size, request.rows or batch_size)


def _wall(request: Request, workload: str) -> Iterator[tuple[int, tuple[VariantPlan, ...]]]:
    calls = _calls(request, workload)
    slow = EXPECTED_PREDICT_S[workload] >= SLOW_CALL_S
    count = request.processes or (PROCESSES_OF_SLOW_CALLS if slow else PROCESSES)
    count = min(count, calls or count)
    main = _main_variants(request, workload)
    looks: list[Variant] = []
    if not request.entry_points:
        state = _states(request)[-1]
        looks = list(_variants(request, workload, (state,), (e for e in ENTRY_POINTS if e != "predict")))
    for replicate in range(count):
        share = None if calls is None else calls // count + (replicate < calls % count)
        chosen = [VariantPlan(v, share, request.budget_s / count) for v in main]
        if not slow:
            chosen += [VariantPlan(v, share, request.budget_s / count) for v in looks]
        elif replicate == 0:
            chosen += [VariantPlan(v, calls, request.budget_s) for v in looks]
        yield replicate, tuple(chosen)


def _singly(
    request: Request, workload: str, instrument: str
) -> Iterator[tuple[int, tuple[VariantPlan, ...]]]:
    calls = _calls(request, workload)
    for variant in _main_variants(request, workload):
        yield 0, (VariantPlan(variant, calls, request.budget_s),)


def _calls(request: Request, workload: str) -> int | None:
    return FULL_CALLS[workload] if request.full else request.calls


def _estimate(workload: str, instrument: str, variants: tuple[VariantPlan, ...]) -> float:
    total = START_S
    for entry in variants:
        expected = EXPECTED_PREDICT_S if entry.variant.entry_point == "predict" else EXPECTED_OTHER_S
        batches = -(-entry.variant.rows // entry.variant.batch_size)
        call_s = expected[workload] * (batches if workload == "medium" else 1)
        warm_up = 2 if call_s > SLOW_CALL_S else 4
        fitting = min(FASTEST_CALLS, max(1, int(entry.budget_s / call_s)))
        measured = (entry.calls or fitting) * call_s * SLOWDOWN[instrument]
        inspection = call_s if instrument == "wall" else 0
        total += FIRST_CALL_EXTRA_S + warm_up * call_s + measured + inspection
    return total
