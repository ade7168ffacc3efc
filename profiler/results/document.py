"""The report as frozen objects, and as JSON of schema ``kprof.report/1``.

Every format is drawn from a `Report` and from nothing else. Shares are fractions of 1, and what is not
known is ``None`` (``null`` in JSON), never 0.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..protocol import schemas
from ..protocol.outputs import Outputs
from ..protocol.proving import Proof

Interval = tuple[float, float]


@dataclass(frozen=True)
class Environment:
    """The interpreter and packages that were measured, and the machine as they see it."""

    python: str
    framework: str
    framework_version: str
    keras: str | None
    backend: str | None
    numpy: str
    device: str | None
    jit_compile: bool | str | None
    cpu: str | None
    cores: int | None
    platform: str
    threads: Mapping[str, int | None]
    variables: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Latency:
    """Milliseconds a call, from uninstrumented calls (instrument ``wall``) alone."""

    median: float
    interval: Interval | None
    p95: float | None
    p99: float | None
    calls: int
    processes: int
    first_call: float | None
    process_medians: tuple[float, ...] = ()
    p95_interval: Interval | None = None
    p99_interval: Interval | None = None


@dataclass(frozen=True)
class Mode:
    """One of two lengths that the teardown of a call has, and how many calls have it."""

    teardown_ms: float
    calls: int


@dataclass(frozen=True)
class CallSplit:
    """Calls split at the end of predict's frame: medians of both parts, in ms.

    ``modes``: the two that teardown has, the shorter first; none where it has one.
    """

    frame_ms: float
    teardown_ms: float
    modes: tuple[Mode, ...] = ()


@dataclass(frozen=True)
class Slope:
    """How much a quantity grows, with its interval: ``grows``, ``steady`` or ``cannot tell``."""

    value: float
    interval: Interval | None
    verdict: str
    reason: str | None = None


@dataclass(frozen=True)
class Growth:
    """What grows as calls go on, read after a collection of all garbage; None where nobody can tell.

    Attributes:
        calls, processes: how many it was read of.
        timed_calls: whether these are the timed calls themselves; else they were made after them.
        smallest_bytes_per_call: growth of resident memory by less does not matter.
        used_bytes_per_call: memory that allocators have given out, Python's by a mean size of its blocks: it
            grows also while calls fill what was freed before, and resident memory does not.
        time_change: the fraction by which a process's last timed call takes longer than its first.
        graphs_counted: what is counted as a graph.
        missing: why a quantity is not known, by its name.
        known: what is known of what grows, where memory does.
    """

    calls: int
    processes: int
    timed_calls: bool
    smallest_bytes_per_call: float
    resident_bytes_per_call: Slope | None
    threads_per_call: Slope | None
    graphs_per_call: Slope | None
    objects_per_call: Slope | None
    time_change: Slope | None
    used_bytes_per_call: Slope | None = None
    graphs_counted: str | None = None
    missing: Mapping[str, str] = dataclasses.field(default_factory=dict)
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collections:
    """Garbage collections of one generation within calls; ``share`` is that of the calls' time."""

    generation: int
    per_call: float
    share: float | None


@dataclass(frozen=True)
class LaterCollection:
    """What calls leave that only a later collection frees, and what that takes beyond an empty one.

    ``share`` is that time over the time of a call.
    """

    objects_per_call: float
    bytes_per_call: float | None
    ms_per_call: float
    share: float


@dataclass(frozen=True)
class BeyondCalls:
    """Time that is in no phase of a call, or in whichever it happens to fall into.

    Attributes:
        between_us: from the end of a call to the begin of the next one in a block: the harness's own.
        between_share: that of the time from the first call of a block to the last.
        collections: by generation, within the timed calls.
        collections_share: of all generations; None where one is not known.
        later: what is left to a later collection.
    """

    between_us: float | None
    between_share: float
    collections: tuple[Collections, ...]
    collections_share: float | None
    later: LaterCollection | None


@dataclass(frozen=True)
class Overhead:
    """An instrument's time per call over the undisturbed one."""

    ratio: float
    interval: Interval | None


@dataclass(frozen=True)
class InternalShare:
    """An internal's share of the call window and its entries a call, as reported for one instrument."""

    share: float | None
    interval: Interval | None
    calls_per_call: float | None
    reason: str | None = None


@dataclass(frozen=True)
class Internal:
    """One internal of one variant; ``functions`` are those that this release has.

    ``within``: the internals that were on the stack whenever it was entered; None where that is not known.
    """

    internal: str
    phase: str
    presence: str
    functions: tuple[str, ...]
    successor: str | None
    measures: Mapping[str, InternalShare]
    within: tuple[str, ...] | None = None


@dataclass(frozen=True)
class CaptureLine:
    """One capture of a variant: where it lies and whether it can be used."""

    instrument: str
    status: str
    reason: str | None
    path: str


@dataclass(frozen=True)
class VariantReport:
    """One variant of one environment, with all that was measured of it.

    ``perturbation`` is the overhead by instrument, under the name that it has in the file.
    """

    environment: str
    id: str
    workload: str
    compile_state: str
    entry_point: str
    batch_size: int
    rows: int
    status: str
    reason: str | None
    loop: str | None
    data_adapter: str | None
    flag_experimental_run_tf_function: bool | None
    graphs_traced_per_call: float | None
    functions_traced: tuple[str, ...]
    iterators_per_call: float | None
    latency_ms: Latency | None
    perturbation: Mapping[str, Overhead]
    internals: tuple[Internal, ...]
    phases: Mapping[str, Mapping[str, float]]
    compute: Mapping[str, float]
    captures: tuple[CaptureLine, ...]
    model_state: str | None = None
    outputs: Outputs | None = None
    split: CallSplit | None = None
    growth: Growth | None = None
    beyond: BeyondCalls | None = None


@dataclass(frozen=True)
class FrameRatio:
    """The ratio of two variants' calls until the end of predict's frame, without what is freed after it."""

    ratio: float
    interval: Interval | None
    verdict: str | None
    more_seconds: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Comparison:
    """Two variants side by side; ``ratio`` is the candidate's time over the baseline's.

    ``more_seconds`` says how much longer to measure for a verdict, ``reason`` why there is no interval or
    no such time.

    Attributes:
        outputs: whether both give the same: ``same``, ``differ``, or ``vary`` where one of them gives
            something else from one call to the next; None where nobody knows.
        remarks: what to know beside the ratio.
        frame: the same of predict's frames; None where calls are not split.
        detectable: the smallest relative difference that would have been found 8 of 10 times.
    """

    baseline: str
    candidate: str
    ratio: float
    interval: Interval | None
    verdict: str | None
    more_seconds: float | None = None
    reason: str | None = None
    outputs: str | None = None
    remarks: tuple[str, ...] = ()
    frame: FrameRatio | None = None
    detectable: float | None = None


@dataclass(frozen=True)
class Sides:
    """Two environments that were measured in turn: ``this`` is compared with ``base``, named as ``spec``.

    ``commit`` is the base's, where it is a git revision.
    """

    this: str
    base: str
    spec: str
    commit: str | None = None


@dataclass(frozen=True)
class Report:
    """All that a run says; ``proofs`` are what was proven of the instruments before it, by environment.

    ``sides``: the two environments that took turns, whose comparisons stand among the others; None elsewhere.
    """

    run: str
    catalogue: str
    smallest_effect: float
    environments: Mapping[str, Environment]
    variants: tuple[VariantReport, ...]
    comparisons: tuple[Comparison, ...]
    warnings: tuple[str, ...]
    proofs: Mapping[str, Mapping[str, Proof]] = dataclasses.field(default_factory=dict)
    sides: Sides | None = None

    @property
    def across(self) -> tuple[Comparison, ...]:
        """The comparisons of this side with the base; none where no two took turns."""
        if self.sides is None:
            return ()
        places = f"{self.sides.base}:", f"{self.sides.this}:"
        return tuple(
            one
            for one in self.comparisons
            if one.baseline.startswith(places[0]) and one.candidate.startswith(places[1])
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as the JSON object of schema ``kprof.report/1``."""
        return {"schema": schemas.REPORT, **dataclasses.asdict(self)}
