"""Exact shares, phases and compute from the tree of a TensorFlow profiler trace, call by call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...catalogue.catalogue import TEARDOWN
from ...catalogue.presence import Resolution
from ...protocol.errors import Unusable
from ...protocol.vocabulary import PHASES
from ...statistics import ShareError, share_over_calls
from ..share import Share
from . import compute
from .compute import Compute, Stated
from .marked_calls import MarkedLine, Marks, find_marks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PerCall:
    """One internal, call by call: its share of each window, its entries from outside, and all its entries."""

    shares: Floats
    calls: Ints
    entries: Ints

    def over(self, internal: str, windows_ps: Ints) -> Share:
        """Return the share of all windows together, with its interval over calls.

        Raises:
            Unusable: a call took no time, or less than the internal did within it.
        """
        windows_ns = windows_ps / 1000
        try:
            found = share_over_calls({0: self.shares * windows_ns}, {0: windows_ns})
        except ShareError as error:
            raise Unusable(f"the trace's times of {internal} are impossible: {error}") from error
        return Share(
            found.value,
            float(self.calls.mean()),
            interval=found.interval,
            entries_per_call=float(self.entries.mean()),
        )


@dataclass(frozen=True)
class Exact:
    """What a trace says of its marked calls.

    Attributes:
        windows_ps: each call's window, int64.
        per_call: internal's id -> its values in each call, where they are known.
        shares: internal's id -> its share of all windows together.
        phases: phase -> share of all windows together; they sum to 1. Where no single predict frame says when
            the teardown begins, it is not known and left out, and its time is part of ``other``. Empty where
            presence is unknown.
        compute: shares of all windows together in which kernels ran.
    """

    windows_ps: Ints
    per_call: Mapping[str, PerCall]
    shares: Mapping[str, Share]
    phases: Mapping[str, float]
    compute: Compute


def measure(
    trace: Stated, mark: str, resolutions: Mapping[str, Resolution], phase_of: Mapping[str, str]
) -> Exact:
    """Return the exact shares of a sound trace.

    Args:
        trace: the capture's trace.
        mark: the name of the event around each measured call.
        resolutions: the internals' presence and places in this release.
        phase_of: internal's id -> phase.

    Raises:
        Unusable: the trace has no marked calls, or its times are impossible.
    """
    return measure_within(trace, find_marks(trace, mark), resolutions, phase_of)


def measure_within(
    trace: Stated, marks: Marks, resolutions: Mapping[str, Resolution], phase_of: Mapping[str, str]
) -> Exact:
    """Return the exact shares within some calls of a trace; `measure` says the rest."""
    view = MarkedLine(trace, marks)
    rows = {name: view.rows_of(resolution.measured) for name, resolution in resolutions.items()}
    windows = marks.end - marks.start
    measured = {name: _per_call(view, windows, resolutions[name], rows[name]) for name in resolutions}
    predict_end = _last_end(view, rows["predict"])
    measured[TEARDOWN] = _teardown(marks, resolutions["predict"], predict_end)
    known = all(resolution.presence != "unknown" for resolution in resolutions.values())
    return Exact(
        windows,
        {name: found for name, found in measured.items() if isinstance(found, PerCall)},
        {
            name: found.over(name, windows) if isinstance(found, PerCall) else found
            for name, found in measured.items()
        },
        _phases(view, rows, phase_of, predict_end) if known else {},
        compute.measure(trace, marks),
    )


def _per_call(view: MarkedLine, windows: Ints, resolution: Resolution, rows: Ints) -> PerCall | Share:
    """Return an internal's values in each call, or the unknown share with its reason."""
    if resolution.unmeasured is not None:
        return Share.none(resolution.unmeasured)
    outer = view.outermost(rows)
    if not len(outer):
        return Share.none("entered in the inspected call, but not in this trace")
    calls = view.call[outer]
    durations = np.bincount(calls, view.end[outer] - view.start[outer], len(windows))
    return PerCall(
        durations / windows,
        np.bincount(calls, minlength=len(windows)),
        np.bincount(view.call[rows], minlength=len(windows)),
    )


def _teardown(marks: Marks, predict: Resolution, predict_end: Ints | None) -> PerCall | Share:
    if predict.unknown is not None:
        return Share.none(predict.unknown)
    if predict_end is None:
        return Share.none("only a call of predict has a predict frame")
    once = np.ones(len(predict_end), np.int64)
    return PerCall((marks.end - predict_end) / (marks.end - marks.start), once, once)


def _last_end(view: MarkedLine, rows: Ints) -> Ints | None:
    """Return when the predict frame of each call ends, or None unless each call has exactly one."""
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
    known = [name for name in PHASES if name != "teardown" or predict_end is not None]
    return {name: float(sums[index[name]] / window) for name in known}


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
