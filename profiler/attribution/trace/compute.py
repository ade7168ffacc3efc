"""The share of the marked calls in which some kernel of the model ran, the input pipeline's counted apart.

Kernels are those that TensorFlow's executors ran (events that read ``node:OpType``, on whatever thread),
what a device ran, operations that were run eagerly on the calling thread, and programs that XLA compiled for
the CPU. Those of the input pipeline lie below its iterators, or belong to a step of a function that a dataset
captured: the executor's events carry the step's id, and so does the event of the captured function
(TensorFlow's ``core/common_runtime/executor.cc`` and ``core/data/captured_function.cc``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...tables.spec import Coded
from .marked_calls import Marks, Recorded

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

# A kernel's event reads node:OpType; the runtime's own names hold no colon, or two in a row.
KERNEL = re.compile(r"[^:]+:[A-Za-z_]\w*")
# Without a name scope; all kernels of the functions that Keras hands to its datasets are so.
UNSCOPED = re.compile(r"[^:/]+:[A-Za-z_]\w*")
ITERATORS = ("Iterator::", "MakeIterator", "InstantiatedCapturedFunction::")
CAPTURED = "InstantiatedCapturedFunction::"
STEP = "ExecutorState::Process"
COMPILED = "CpuExecutable::Execute"
EAGER_KERNEL = re.compile(r"KernelAndDevice\w*::Run")
# Operations of the input pipeline, as kernels in a function and as eager operations.
INPUT_OPERATION = re.compile(
    r"(?:EagerLocalExecute: |[^:]+:)(?:\w*Iterator\w*|\w*Dataset(?:V\d+)?|Optional\w+)"
)
# Constants, variables and counters that the framework handles around a call: no arithmetic of the model.
BOOKKEEPING = re.compile(
    r"EagerLocalExecute: (?:_EagerConst|Identity|ReadVariableOp|Assign\w*VariableOp|Var\w+Op)"
    r"|AssignAddVariableOp(?:_\d+)?:AssignAddVariableOp"
)
FUNCTION = "FunctionRun"
PS_A_NS = 1000

_INPUT, _EXECUTOR, _BOOKKEEPING = np.uint8(1), np.uint8(2), np.uint8(4)


class Stated(Recorded, Protocol):
    """A trace whose events have stats."""

    def stats(self, rows: Sequence[int]) -> Sequence[Mapping[str, object]]:
        """Return the stats of the events in ``rows``, by name."""


@dataclass(frozen=True)
class Compute:
    """Shares of the marked calls' time: with a kernel of the model, with one of the input pipeline."""

    model: float
    pipeline: float


@dataclass(frozen=True)
class Kernels:
    """Which events are kernels, and when they ran by the clock of the marked calls' line.

    Attributes:
        model, pipeline: masks of the events that are kernels of the model, and of the input pipeline.
        programs: a mask of those of the model's that are programs which XLA compiled.
        eager: a mask of those of the model's that are operations run eagerly.
        start, end: of every event, in ps.
    """

    model: Mask
    pipeline: Mask
    programs: Mask
    eager: Mask
    start: Ints
    end: Ints


def measure(trace: Stated, marks: Marks) -> Compute:
    """Return in what share of the marked calls kernels ran; those that ran at once count once."""
    return of_kernels(kernels(trace, marks), marks)


def of_kernels(found: Kernels, marks: Marks) -> Compute:
    """Return in what share of the marked calls some kernels ran."""
    window = float((marks.end - marks.start).sum())
    return Compute(
        _covered(found.start[found.model], found.end[found.model], marks) / window,
        _covered(found.start[found.pipeline], found.end[found.pipeline], marks) / window,
    )


def kernels(trace: Stated, marks: Marks) -> Kernels:
    """Return the kernels of a trace, inside the marked calls or not."""
    names = _Names(trace.events.coded("name"))
    lines = trace.events.array("line")
    kinds = trace.lines.coded("kind").decode()
    on_device = np.isin(lines, [row for row, kind in enumerate(kinds) if kind == "device"])
    elsewhere = on_device | np.isin(lines, [row for row, kind in enumerate(kinds) if kind == "executor"])
    below = _flags(trace, names)
    named = names.that(lambda name: KERNEL.fullmatch(name) is not None)
    executed = named & (elsewhere | ((below & _EXECUTOR) > 0))
    eager = names.that(lambda name: EAGER_KERNEL.fullmatch(name) is not None) & (lines == marks.line)
    eager &= ~_holding(trace, np.flatnonzero(names.that(lambda name: name == FUNCTION)))
    compiled = names.that(lambda name: name.startswith(COMPILED))
    ran = executed | on_device | compiled | eager
    feeds = (below & _INPUT) > 0
    ran &= marks.beside(trace.lines.array("timestamp_ns"))[lines]
    model = ran & ~feeds & ((below & _BOOKKEEPING) == 0)
    pipeline = ran & executed & feeds & elsewhere
    start, end = _moments(trace, marks)
    return Kernels(model, pipeline, model & compiled, model & eager, start, end)


class _Names:
    """Finds events by name; each distinct name is tested once."""

    def __init__(self, names: Coded) -> None:
        self._names = names

    def that(self, wanted: Callable[[str], bool]) -> Mask:
        chosen = np.array([*map(wanted, self._names.values), False])
        rows: Mask = chosen[self._names.codes]
        return rows


def _flags(trace: Stated, names: _Names) -> Flags:
    """Return for each event what it is or lies below: input pipeline, an executor's step, bookkeeping."""
    flags = np.zeros(len(trace.events.array("line")), np.uint8)
    feeds = names.that(lambda name: name.startswith(ITERATORS) or INPUT_OPERATION.fullmatch(name) is not None)
    steps = names.that(lambda name: name.startswith(STEP))
    flags[feeds | _captured_steps(trace, names, steps)] |= _INPUT
    flags[steps] |= _EXECUTOR
    flags[names.that(lambda name: BOOKKEEPING.fullmatch(name) is not None)] |= _BOOKKEEPING
    depth, parent = trace.events.array("depth"), trace.events.array("parent")
    order = np.argsort(depth, kind="stable")
    bounds = np.searchsorted(depth[order], np.arange(1, int(depth.max(initial=0)) + 2))
    for level in range(len(bounds) - 1):
        rows = order[bounds[level] : bounds[level + 1]]
        flags[rows] |= flags[parent[rows]]
    return flags


def _captured_steps(trace: Stated, names: _Names, steps: Mask) -> Mask:
    """Return which steps of executors belong to functions that datasets captured.

    Stats are read of those steps alone that hold a kernel without a name scope: a model's loops make
    thousands of others.
    """
    found = np.zeros(len(steps), np.bool_)
    unscoped = names.that(lambda name: UNSCOPED.fullmatch(name) is not None)
    parents = np.unique(trace.events.array("parent")[unscoped])
    asked = parents[parents >= 0]
    asked = asked[steps[asked]]
    captured = np.flatnonzero(names.that(lambda name: name.startswith(CAPTURED)))
    ids = {stats.get("id") for stats in trace.stats(captured.tolist())} - {None}
    of_captured = [stats.get("id") in ids for stats in trace.stats(asked.tolist())]
    found[asked[np.array(of_captured, np.bool_)]] = True
    return found


def _holding(trace: Recorded, rows: Ints) -> Mask:
    """Return which events hold one of those in ``rows``."""
    parent = trace.events.array("parent")
    holding = np.zeros(len(parent), np.bool_)
    above = parent[rows]
    while len(above := np.unique(above[above >= 0])):
        holding[above] = True
        above = parent[above]
    return holding


def _moments(trace: Recorded, marks: Marks) -> tuple[Ints, Ints]:
    """Return every event's start and end by the clock of the marked calls' line, in ps."""
    stamps = trace.lines.array("timestamp_ns")
    offset = (stamps[trace.events.array("line")] - stamps[marks.line]) * PS_A_NS
    start = trace.events.array("start_ps") + offset
    return start, start + trace.events.array("duration_ps")


def _covered(start: Ints, end: Ints, marks: Marks) -> float:
    """Return how many ps of the marked calls the union of the intervals covers."""
    if not len(start):
        return 0.0
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    reach = np.maximum.accumulate(end)
    opens = np.ones(len(start), bool)
    opens[1:] = start[1:] > reach[:-1]
    firsts = np.flatnonzero(opens)
    starts, ends = start[firsts], reach[np.append(firsts[1:] - 1, len(reach) - 1)]
    # within the span of the calls, so that the sums fit 64 bits
    low, high = marks.start.min(), marks.end.max()
    starts, ends = np.clip(starts, low, high), np.clip(ends, low, high)
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(ends - starts)])
    bounds = np.stack([marks.start, marks.end])
    begun = np.searchsorted(starts, bounds, "right")
    last = np.maximum(begun - 1, 0)
    covered = before[begun] - np.where(begun > 0, np.maximum(ends[last] - bounds, 0), 0)
    return float(sum((covered[1] - covered[0]).tolist()))
