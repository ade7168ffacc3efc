"""Exact shares, phases and compute from the tree of a TensorFlow profiler trace, call by call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..protocol.words import PHASES
from ..tables import Coded, Table
from .catalogue import TEARDOWN
from .presence import Place, Standing

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# A kernel's event reads node:OpType; the runtime's own names hold no colon, or two in a row.
KERNEL = re.compile(r"[^:]+:[A-Za-z_]\w*")
INPUT_PIPELINE = ("Iterator::", "MakeIterator")
PS_A_NS = 1000


class Recorded(Protocol):
    """A trace of any format: the tables `trace_tables.LINES` and `trace_tables.EVENTS`."""

    @property
    def lines(self) -> Table:
        """Threads and device streams."""

    @property
    def events(self) -> Table:
        """What ran on them."""


@dataclass(frozen=True)
class ExactShare:
    """One internal: its share of each call's window and its entries in each call; ``reason`` if unknown."""

    per_call: Floats | None
    calls: Ints | None
    reason: str | None = None


@dataclass(frozen=True)
class Exact:
    """What a trace says of its marked calls.

    Attributes:
        windows_ps: each call's window, int64.
        internals: internal's id -> its shares.
        phases: phase -> share of all windows together; they sum to 1.
        compute: share of the windows in which some kernel of the model ran.
        input_compute: the same for the input pipeline's own kernels.
    """

    windows_ps: Ints
    internals: Mapping[str, ExactShare]
    phases: Mapping[str, float]
    compute: float
    input_compute: float


@dataclass(frozen=True)
class _Marks:
    """The marked calls on the calling thread's line: their line, starts and ends in ps."""

    line: int
    start: Ints
    end: Ints

    def calls_of(self, moments: Ints) -> Ints:
        """Return the number of the call that each moment lies in, or -1."""
        number = np.searchsorted(self.start, moments, "right") - 1
        inside = (number >= 0) & (moments < self.end[number])
        calls: Ints = np.where(inside, number, -1)
        return calls


def measure(
    trace: Recorded, mark: str, standings: Mapping[str, Standing], phase_of: Mapping[str, str]
) -> Exact | str:
    """Return the exact shares of a sound trace, or why there are none.

    Args:
        trace: the capture's trace.
        mark: the name of the event around each measured call.
        standings: the internals' presence and places in this release.
        phase_of: internal's id -> phase.
    """
    marks = _find_marks(trace, mark)
    if marks is None:
        return f"the trace holds no {mark} event on a line of Python events"
    view = _Line(trace, marks)
    rows = {name: view.rows_of(standing.measured) for name, standing in standings.items()}
    windows = marks.end - marks.start
    internals = {name: _share(view, windows, standings[name], rows[name]) for name in standings}
    predict_end = _last_end(view, rows["predict"])
    if predict_end is not None:
        per_call = (marks.end - predict_end) / windows
        internals[TEARDOWN] = ExactShare(per_call, np.ones(len(windows), np.int64))
    else:
        internals[TEARDOWN] = ExactShare(None, None, "only a call of predict has a predict frame")
    phases = _phases(view, rows, phase_of, predict_end)
    compute, input_compute = _compute(trace, marks)
    return Exact(windows, internals, phases, compute, input_compute)


def compute_alone(trace: Recorded, mark: str) -> float | str:
    """Return the share of the marked calls in which some kernel of the model ran, or why it is unknown.

    For a trace without Python events, whose kernels' events read ``node:OpType``.
    """
    marks = _find_marks(trace, mark)
    if marks is None:
        return f"the trace holds no {mark} event on the line of the calling thread"
    return _compute(trace, marks)[0]


def _find_marks(trace: Recorded, mark: str) -> _Marks | None:
    kinds = trace.lines.coded("kind").decode()
    names = trace.events.coded("name")
    chosen = np.array([*(value == mark for value in names.values), False])[names.codes]
    lines = trace.events.array("line")
    rows = np.flatnonzero(chosen & np.isin(lines, [i for i, kind in enumerate(kinds) if kind == "python"]))
    if not len(rows) or len(set(lines[rows].tolist())) != 1:
        return None
    start = trace.events.array("start_ps")[rows]
    return _Marks(int(lines[rows[0]]), start, start + trace.events.array("duration_ps")[rows])


class _Line:
    """The calling thread's events inside the marked calls."""

    def __init__(self, trace: Recorded, marks: _Marks) -> None:
        lines = trace.events.array("line")
        first, last = np.searchsorted(lines, [marks.line, marks.line + 1])
        piece = slice(int(first), int(last))
        self.marks = marks
        self.start: Ints = trace.events.array("start_ps")[piece]
        self.end: Ints = self.start + trace.events.array("duration_ps")[piece]
        self.self_ps: Ints = trace.events.array("self_ps")[piece]
        self.depth = trace.events.array("depth")[piece]
        parent = trace.events.array("parent")[piece].astype(np.int64)
        self.parent: Ints = np.where(parent < 0, -1, parent - first)
        names = trace.events.coded("name")
        self.names = Coded(names.codes[piece], names.values)
        self.call = marks.calls_of(self.start)

    def rows_of(self, places: tuple[Place, ...]) -> Ints:
        """Return the rows, ascending, of functions inside the marked calls."""
        wanted = {f"${PurePosixPath(p.path).name}:{p.line} {p.name}" for p in places}
        chosen = np.array([*(value in wanted for value in self.names.values), False])[self.names.codes]
        return np.flatnonzero(chosen & (self.call >= 0))

    def outermost(self, rows: Ints) -> Ints:
        """Return those rows that lie in no other of them (recursion and nesting count once)."""
        if not len(rows):
            return rows
        reach = np.maximum.accumulate(self.end[rows])
        free = np.ones(len(rows), bool)
        free[1:] = self.start[rows][1:] >= reach[:-1]
        return rows[free]


def _share(view: _Line, windows: Ints, standing: Standing, rows: Ints) -> ExactShare:
    if standing.presence in ("absent", "not called"):
        return ExactShare(None, None, standing.presence)
    if standing.presence == "unknown":
        return ExactShare(None, None, "no inspected call tells which functions this release has")
    outer = view.outermost(rows)
    if not len(outer):
        return ExactShare(None, None, "entered in the inspected call, but not in this trace")
    calls = view.call[outer]
    durations = np.bincount(calls, view.end[outer] - view.start[outer], len(windows))
    return ExactShare(durations / windows, np.bincount(calls, minlength=len(windows)))


def _last_end(view: _Line, rows: Ints) -> Ints | None:
    """Return each call's end of its predict frame, or None unless each call has exactly one."""
    outer = view.outermost(rows)
    if np.bincount(view.call[outer], minlength=len(view.marks.start)).tolist() != [1] * len(view.marks.start):
        return None
    return view.end[outer]


def _phases(
    view: _Line, rows: Mapping[str, Ints], phase_of: Mapping[str, str], predict_end: Ints | None
) -> dict[str, float]:
    """Return each phase's share: that of the innermost internal on the stack, the rest ``other``."""
    index = {phase: number for number, phase in enumerate(PHASES)}
    own = np.full(len(view.start), -1, np.int64)
    for internal, found in rows.items():
        own[found] = index[phase_of[internal]]
    phase = _inherit(view, own, index["other"])
    inside = view.call >= 0
    if predict_end is not None:
        inside &= view.start < predict_end[np.maximum(view.call, 0)]
    sums = np.bincount(phase[inside], view.self_ps[inside], len(PHASES))
    window = float((view.marks.end - view.marks.start).sum())
    if predict_end is not None:
        sums[index["teardown"]] = float((view.marks.end - predict_end).sum())
    # What the frames around predict own, before it and after it, is the rest of the window.
    sums[index["other"]] += window - sums.sum()
    return {name: float(sums[number] / window) for name, number in index.items()}


def _inherit(view: _Line, own: Ints, default: int) -> Ints:
    """Return ``own``, a row without a phase (-1) taking that of its parent."""
    phase: Ints = own.copy()
    order = np.argsort(view.depth, kind="stable")
    bounds = np.searchsorted(view.depth[order], np.arange(int(view.depth.max(initial=0)) + 2))
    for level in range(len(bounds) - 1):
        rows = order[bounds[level] : bounds[level + 1]]
        bare = rows[phase[rows] < 0]
        parents = view.parent[bare]
        phase[bare] = np.where(parents >= 0, phase[parents], default)
    return phase


def _compute(trace: Recorded, marks: _Marks) -> tuple[float, float]:
    """Return the shares of the windows with a kernel of the model, and with one of the input pipeline."""
    kinds = trace.lines.coded("kind").decode()
    stamps = trace.lines.array("timestamp_ns")
    lines = trace.events.array("line")
    names = trace.events.coded("name")
    is_kernel = np.array([*(KERNEL.fullmatch(v) is not None for v in names.values), False])[names.codes]
    feeds = np.array([*(v.startswith(INPUT_PIPELINE) for v in names.values), False])[names.codes]
    under_input = _below(trace, feeds)
    on_device = np.isin(lines, [i for i, kind in enumerate(kinds) if kind == "device"])
    parallel = on_device | np.isin(lines, [i for i, kind in enumerate(kinds) if kind == "executor"])
    offset = (stamps[lines] - stamps[marks.line]) * PS_A_NS
    start = trace.events.array("start_ps") + offset
    end = start + trace.events.array("duration_ps")
    window = float((marks.end - marks.start).sum())
    model = parallel & (is_kernel | on_device) & ~under_input
    pipeline = parallel & is_kernel & under_input
    return (
        _covered(start[model], end[model], marks) / window,
        _covered(start[pipeline], end[pipeline], marks) / window,
    )


def _below(trace: Recorded, chosen: Mask) -> Mask:
    """Return which events are chosen or lie in a chosen one."""
    below: Mask = chosen.copy()
    depth, parent = trace.events.array("depth"), trace.events.array("parent")
    order = np.argsort(depth, kind="stable")
    bounds = np.searchsorted(depth[order], np.arange(1, int(depth.max(initial=0)) + 2))
    for level in range(len(bounds) - 1):
        rows = order[bounds[level] : bounds[level + 1]]
        below[rows] |= below[parent[rows]]
    return below


def _covered(start: Ints, end: Ints, marks: _Marks) -> float:
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
    total = 0
    for low, high in zip(marks.start.tolist(), marks.end.tolist(), strict=True):
        total += int(np.maximum(0, np.minimum(ends, high) - np.maximum(starts, low)).sum())
    return float(total)


def step_facts(manifest: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return the marks' name and number that a capture's manifest states, or None."""
    name, steps = manifest.get("step_name"), manifest.get("steps")
    return (name, steps) if isinstance(name, str) and isinstance(steps, int) else None
