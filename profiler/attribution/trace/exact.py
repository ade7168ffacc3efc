"""Exact shares, phases and compute from the tree of a TensorFlow profiler trace, call by call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...catalogue.catalogue import TEARDOWN
from ...catalogue.presence import Standing
from ...protocol.vocabulary import PHASES
from . import compute
from .compute import Compute, Stated
from .marked_calls import MarkedLine, find_marks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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
        compute: shares of all windows together in which kernels ran.
    """

    windows_ps: Ints
    internals: Mapping[str, ExactShare]
    phases: Mapping[str, float]
    compute: Compute


def measure(
    trace: Stated, mark: str, standings: Mapping[str, Standing], phase_of: Mapping[str, str]
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
    return Exact(windows, internals, phases, compute.measure(trace, marks))


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
