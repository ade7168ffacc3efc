"""Exact shares, phases and compute from the tree of a TensorFlow profiler trace, call by call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..protocol.words import PHASES
from .catalogue import TEARDOWN
from .marked_calls import MarkedLine, Marks, Recorded, find_marks
from .presence import Standing

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# A kernel's event reads node:OpType; the runtime's own names hold no colon, or two in a row.
KERNEL = re.compile(r"[^:]+:[A-Za-z_]\w*")
INPUT_PIPELINE = ("Iterator::", "MakeIterator")
PS_A_NS = 1000


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
        phases: phase -> share of all windows together; they sum to 1. Empty where presence is unknown.
        compute: share of the windows in which some kernel of the model ran.
        input_compute: the same for the input pipeline's own kernels.
    """

    windows_ps: Ints
    internals: Mapping[str, ExactShare]
    phases: Mapping[str, float]
    compute: float
    input_compute: float


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
    marks = find_marks(trace, mark)
    if marks is None:
        return f"the trace holds no {mark} event on a line of Python events"
    view = MarkedLine(trace, marks)
    rows = {name: view.rows_of(standing.measured) for name, standing in standings.items()}
    windows = marks.end - marks.start
    internals = {name: _share(view, windows, standings[name], rows[name]) for name in standings}
    predict_end = _last_end(view, rows["predict"])
    if predict_end is not None:
        per_call = (marks.end - predict_end) / windows
        internals[TEARDOWN] = ExactShare(per_call, np.ones(len(windows), np.int64))
    else:
        internals[TEARDOWN] = ExactShare(None, None, "only a call of predict has a predict frame")
    known = all(standing.presence != "unknown" for standing in standings.values())
    phases = _phases(view, rows, phase_of, predict_end) if known else {}
    compute, input_compute = _compute(trace, marks)
    return Exact(windows, internals, phases, compute, input_compute)


def compute_alone(trace: Recorded, mark: str) -> float | str:
    """Return the share of the marked calls in which some kernel of the model ran, or why it is unknown.

    For a trace without Python events, whose kernels' events read ``node:OpType``.
    """
    marks = find_marks(trace, mark)
    if marks is None:
        return f"the trace holds no {mark} event on the line of the calling thread"
    return _compute(trace, marks)[0]


def _share(view: MarkedLine, windows: Ints, standing: Standing, rows: Ints) -> ExactShare:
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


def _last_end(view: MarkedLine, rows: Ints) -> Ints | None:
    """Return each call's end of its predict frame, or None unless each call has exactly one."""
    outer = view.outermost(rows)
    if np.bincount(view.call[outer], minlength=len(view.marks.start)).tolist() != [1] * len(view.marks.start):
        return None
    return view.end[outer]


def _phases(
    view: MarkedLine, rows: Mapping[str, Ints], phase_of: Mapping[str, str], predict_end: Ints | None
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


def _inherit(view: MarkedLine, own: Ints, default: int) -> Ints:
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


def _compute(trace: Recorded, marks: Marks) -> tuple[float, float]:
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
    total = 0
    for low, high in zip(marks.start.tolist(), marks.end.tolist(), strict=True):
        total += int(np.maximum(0, np.minimum(ends, high) - np.maximum(starts, low)).sum())
    return float(total)
