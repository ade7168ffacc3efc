"""What crosses the process border and what a run stores of worker and host, as dataclasses.

The annotations use ``typing``'s names: the worker decodes them on Python 3.7 (`decoding`), the analyzer
with msgspec. A value that cannot be is refused in ``__post_init__`` with a `ValueError`. A field with a
default may be missing in a file of an older kprof; unknown fields are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Union

from .switching import Switched
from .turns import TurnsSpec
from .vocabulary import TIMED_STATUSES, Label, Variant, require_at_least, require_printable

MOST_ROUNDS = 1000000


# What the manager asks of the worker.


@dataclass(frozen=True)
class WorkloadSpec:
    """A workload: a built-in one by its name, or the user's model with absolute paths.

    ``input_shape`` is the shape of a row by the input's name; under "" that of the only input.
    ``signature``: the one of a SavedModel that is measured instead of a Keras model.
    """

    name: str
    model: Optional[str] = None
    input: Optional[str] = None
    batch_size: Optional[int] = None
    rows: Optional[int] = None
    input_shape: Dict[str, List[int]] = field(default_factory=dict)
    signature: Optional[str] = None


@dataclass(frozen=True)
class ObserveSpec:
    """What the inspected call watches: function keys, and labels by function key."""

    graph_traced: List[str] = field(default_factory=list)
    iterator_made: List[str] = field(default_factory=list)
    adapters: List[str] = field(default_factory=list)
    loops: Dict[str, str] = field(default_factory=dict)
    adapter_labels: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CatalogueSpec:
    """The functions that the inspected call looks for and probes watch, as ``path::qualified name``.

    ``frames``: those that hold what a call's teardown frees; at their end a call is split. ``internals``: the
    internal that each function belongs to.
    """

    functions: List[str]
    observe: ObserveSpec
    frames: List[str] = field(default_factory=list)
    internals: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class VariantSpec:
    """One capture: exactly ``calls`` calls, or as many as fit ``budget_s``; where it goes."""

    variant: Variant
    instrument: str
    calls: Optional[int]
    budget_s: float
    inspect: bool
    folder: str


@dataclass(frozen=True)
class MeasureSpec:
    """One process's share of a plan.

    ``names`` has the inspected call list every function entered; ``outputs`` has the variants' outputs
    compared; ``growth`` has it read what grows from call to call.
    """

    environment: str
    process: int
    seed: int
    variants: List[VariantSpec]
    catalogue: CatalogueSpec
    names: bool = False
    outputs: bool = False
    growth: bool = False


@dataclass(frozen=True)
class ProvingSpec:
    """One instrument to prove, in one process.

    Each of ``rounds`` rounds takes every condition with it and without. ``calls``: of each condition, None
    for as many as their length needs. A waiting call takes ``fraction`` longer. ``internals``: those that are
    slowed, none for all that can be.
    """

    environment: str
    process: int
    seed: int
    variant: Variant
    instrument: str
    rounds: int
    calls: Optional[int]
    fraction: float
    catalogue: CatalogueSpec
    internals: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Moved:
    """A checkout in place of another: what ``sys.path`` has below ``before`` is taken from ``after``."""

    before: str
    after: str


@dataclass(frozen=True)
class CandidateSpec:
    """One way to call that is tried: the entry point of ``variant`` is its id; where its capture goes."""

    variant: Variant
    calls: Optional[int]
    budget_s: float
    folder: str


@dataclass(frozen=True)
class AdviseSpec:
    """Ways to call that are tried in one process, the baseline first.

    Attributes:
        rows: of each call, in order and again from the begin; the same for every candidate.
        sizes: the numbers of rows that there can be.
        calls_per_batch: how many inputs are coalesced into one call.
        compares: whether outputs are compared.
        limit_s: how long a step of one candidate may take.
    """

    environment: str
    process: int
    seed: int
    candidates: List[CandidateSpec]
    rows: List[int]
    sizes: List[int]
    calls_per_batch: Optional[int]
    compares: bool
    limit_s: float
    catalogue: CatalogueSpec


@dataclass(frozen=True)
class Spec:
    """What one worker does: measure, prove an instrument, try ways to call, or describe its environment.

    Attributes:
        output: the folder that takes what it leaves.
        workloads: what it builds; the only one where it measures.
        path: folders that end ``sys.path``.
        pin: cores that it may use; none for all.
        diagnose: whether it tries the profiler too.
        measure: what to measure; prove: which instrument to prove; advise: which ways to call to try. Given
            none of them, it describes its environment.
        parent: the process that waits for it: it ends when that one has gone.
        turns: the pipes over which it takes turns with another worker; None where it is alone.
        moved: the checkout that its modules are taken from instead of another.
    """

    output: str
    workloads: List[WorkloadSpec]
    path: List[str] = field(default_factory=list)
    pin: List[int] = field(default_factory=list)
    diagnose: bool = False
    measure: Optional[MeasureSpec] = None
    parent: Optional[int] = None
    prove: Optional[ProvingSpec] = None
    turns: Optional[TurnsSpec] = None
    moved: Optional[Moved] = None
    advise: Optional[AdviseSpec] = None


# What the worker says of its environment.


@dataclass(frozen=True)
class WorkloadFacts:
    """What was learned from building and calling a workload once; ``error`` where that failed.

    ``batch_size`` and ``rows`` are those that the model or its input demands, None where any will do.
    ``not_loaded``: why this Keras makes no model of a file, without what to do; None for any other error.
    ``source``: the file that a factory was imported from.
    ``compile_state``: of the model as it was given.
    """

    parameters: Optional[int] = None
    batch_size: Optional[int] = None
    call_ns: Optional[int] = None
    input_notes: List[str] = field(default_factory=list)
    error: Optional[str] = None
    not_loaded: Optional[str] = None
    rows: Optional[int] = None
    source: Optional[str] = None
    compile_state: Optional[str] = None


@dataclass(frozen=True)
class EnvironmentFacts:
    """The interpreter and packages that are measured, and the machine as they see it.

    Attributes:
        threads: the framework's threads by kind; 0 is its own choice, None is unknown.
        variables: the environment variables that change how a framework runs.
        cprofile_lost_frames: the frames that this interpreter's cProfile loses in the self-test.
        cprofile_remedy: an interpreter of this machine that keeps them.
        notes: what is to be known of it beside every report.
    """

    framework_version: str
    keras: Optional[str]
    slug: str = ""
    python: str = ""
    executable: str = ""
    framework: str = "tensorflow"
    backend: Optional[str] = None
    numpy: str = ""
    device: Optional[str] = None
    jit_compile: Union[bool, str, None] = None
    cpu: Optional[str] = None
    cores: Optional[int] = None
    platform: str = ""
    threads: Dict[str, Optional[int]] = field(default_factory=dict)
    variables: Dict[str, str] = field(default_factory=dict)
    cprofile_lost_frames: List[str] = field(default_factory=list)
    cprofile_remedy: Optional[str] = None
    workloads: Dict[str, WorkloadFacts] = field(default_factory=dict)
    notes: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Diagnosis:
    """What trying the profiler showed: the devices, whether it records Python calls, or why it fails."""

    devices: Optional[List[str]]
    python_events: bool
    error: Optional[str]


@dataclass(frozen=True)
class Answer:
    """``environment.json``: an environment, or why there is none; the diagnosis where it was asked for.

    ``to_do`` is what the user can do about the error, where it is not that TensorFlow is missing.
    """

    error: Optional[str]
    environment: Optional[EnvironmentFacts] = None
    diagnosis: Optional[Diagnosis] = None
    to_do: Optional[str] = None


# What a capture says of itself.


@dataclass(frozen=True)
class BlockRecord:
    """Calls in a row of one variant: its round, its place within it, and its calls.

    ``settle``: the re-warm-up calls before it, which are not timed. ``turn``: its place among the turns of
    two workers side by side; None where one was alone.
    """

    block: int
    calls: int
    position: int = 0
    started_ns: int = 0
    settle: int = 0
    turn: Optional[int] = None

    def __post_init__(self) -> None:
        require_at_least(0, block=self.block, calls=self.calls)
        if self.block > MOST_ROUNDS:
            raise ValueError(f"block is {self.block}, at most {MOST_ROUNDS} may be there")


@dataclass(frozen=True)
class Waiting:
    """How a worker waited while the calls of the one beside it were measured, before each of its blocks.

    ``cpu_ns``: the CPU time of all its threads meanwhile.
    """

    turns: int
    wait_ns: int
    cpu_ns: int

    def __post_init__(self) -> None:
        require_at_least(1, turns=self.turns, wait_ns=self.wait_ns)
        require_at_least(0, cpu_ns=self.cpu_ns)


@dataclass(frozen=True)
class CaptureManifest:
    """``capture.json``: one variant under one instrument in one process.

    ``files`` holds the SHA-256 of each raw file. Where calls were timed, ``entry_point``, ``calls``,
    ``window_ns``, ``first_call_ns`` and ``blocks`` are there.

    Attributes:
        variant: the variant's id.
        harness, wrapper: the frame that makes the measured calls, and what it calls, in a profile.
        merged_labels: how many functions of the profile share a label.
        step_name, steps: the event around each measured call in a trace, and how many there are.
        python_events: whether the trace can hold Python calls.
        unsplit: why some of its calls are not split where their frame ends, though others could be.
        inspection_error: why the inspected call failed.
        settings: what ``compile()`` can set and the model says of itself, as text.
        outputs_error: why the outputs could not be compared.
        switched: the calls that tell what the instrument costs; ``calls`` and the durations leave out those
            with it off, and those whose record was thrown away.
        between_calls_ns: from the end of each call to the begin of the next one in its block, all together.
        collections: the garbage collections that started by themselves in the measured calls, by generation.
        growth_error: why nobody knows what grows.
        waiting: how its process waited for its turns beside another one; None where it was alone.
    """

    status: str
    reason: Optional[str]
    files: Dict[str, str]
    environment: str = ""
    variant: str = ""
    workload: str = ""
    compile_state: str = ""
    entry_point: str = ""
    batch_size: int = 0
    rows: int = 0
    instrument: str = ""
    process: int = 0
    seed: int = 0
    started_ns: int = 0
    model_state: Optional[str] = None
    input_notes: List[str] = field(default_factory=list)
    calls: Optional[int] = None
    window_ns: Optional[int] = None
    first_call_ns: Optional[int] = None
    warm_up_ns: List[int] = field(default_factory=list)
    blocks: List[BlockRecord] = field(default_factory=list)
    harness: Optional[Label] = None
    wrapper: Optional[Label] = None
    merged_labels: Optional[int] = None
    step_name: Optional[str] = None
    steps: Optional[int] = None
    python_events: Optional[bool] = None
    unsplit: Optional[str] = None
    inspection_error: Optional[str] = None
    settings: Dict[str, str] = field(default_factory=dict)
    outputs_error: Optional[str] = None
    switched: List[Switched] = field(default_factory=list)
    between_calls_ns: Optional[int] = None
    collections: Optional[List[int]] = None
    growth_error: Optional[str] = None
    waiting: Optional[Waiting] = None

    def __post_init__(self) -> None:
        for name in self.files:
            require_printable("a file", name)
        require_at_least(1, calls=self.calls, window_ns=self.window_ns)
        require_at_least(0, first_call_ns=self.first_call_ns, steps=self.steps, between=self.between_calls_ns)
        require_at_least(0, collections=min(self.collections or [0]))
        if self.status in TIMED_STATUSES:
            needed = ("entry_point", "calls", "window_ns", "first_call_ns", "blocks")
            missing = [name for name in needed if getattr(self, name) in (None, "", [])]
            if missing:
                raise ValueError(f"{missing[0]} is missing, though calls were timed")


@dataclass(frozen=True)
class WorkerExit:
    """How a worker process ended; ``reason`` is None when it exited 0 in time."""

    status: str
    reason: Optional[str]
    seconds: float
    exit_code: Optional[int] = None


@dataclass(frozen=True)
class GivenModel:
    """The user's own model: the folder that it was measured from, and the hashes of its files."""

    folder: str
    model_sha256: Optional[str] = None
    input_sha256: Optional[str] = None
