"""Exact shares and phases from a tree of what ran within some calls, call by call and over processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from ..catalogue.catalogue import TEARDOWN
from ..catalogue.presence import Place, Resolution
from ..protocol.errors import Unusable
from ..protocol.vocabulary import PHASES
from ..statistics import ShareError, share_over_calls
from .share import Attributed, CallShares, Ints, PerCall, Share


class Calls(Protocol):
    """The windows of some calls, in order: starts and ends in one unit of time."""

    @property
    def start(self) -> Ints:
        """When each begins."""

    @property
    def end(self) -> Ints:
        """When each ends."""


class CallTree(Protocol):
    """What ran within some calls on the thread that made them; rows are sorted by their start.

    ``per_ns`` units of its time are a ns. All columns have one entry a row: ``start``, ``end``, ``own`` (the
    time in which no row within it was open), ``depth``, ``parent`` (-1 for none) and ``call`` (-1 outside).
    """

    per_ns: int
    start: Ints
    end: Ints
    own: Ints
    depth: Ints
    parent: Ints
    call: Ints

    @property
    def calls(self) -> Calls:
        """The calls."""

    def rows_of(self, places: tuple[Place, ...]) -> Ints:
        """Return the rows, ascending, of functions inside the calls."""


def together(captures: Mapping[int, CallShares]) -> Attributed:
    """Return what the captures of some processes, by their number, say together.

    An internal that one of them does not know is unknown. Intervals are over processes from three on, else
    over the calls.

    Raises:
        Unusable: a call took no time, or less than an internal did within it.
    """
    first = next(iter(captures.values()))
    window = sum(float(one.windows_ns.sum()) for one in captures.values())
    phases: dict[str, float] = {}
    common = set.intersection(*(set(one.phases) for one in captures.values()))
    for phase in first.phases if all(one.phases.keys() == common for one in captures.values()) else ():
        phases[phase] = (
            sum(one.phases[phase] * float(one.windows_ns.sum()) for one in captures.values()) / window
        )
    return Attributed({name: _together(name, captures) for name in first.internals}, phases)


def _together(internal: str, captures: Mapping[int, CallShares]) -> Share:
    unknown = next((one.unknown[internal] for one in captures.values() if internal in one.unknown), None)
    if unknown is not None:
        return unknown
    found = {number: one.per_call[internal] for number, one in captures.items()}
    windows = {number: one.windows_ns for number, one in captures.items()}
    inside = {number: found[number].shares * windows[number] for number in found}
    try:
        share = share_over_calls(inside, windows)
    except ShareError as error:
        raise Unusable(f"the times of {internal} are impossible: {error}") from error
    calls, entries = (
        np.concatenate([getattr(one, name) for one in found.values()]) for name in ("calls", "entries")
    )
    return Share(
        share.value, float(calls.mean()), interval=share.interval, entries_per_call=float(entries.mean())
    )


def measure(view: CallTree, resolutions: Mapping[str, Resolution], phase_of: Mapping[str, str]) -> CallShares:
    """Return what the tree of one capture says.

    Args:
        view: what ran.
        resolutions: the internals' presence and places in this release.
        phase_of: internal's id -> phase.
    """
    calls = view.calls
    rows = {name: view.rows_of(resolution.measured) for name, resolution in resolutions.items()}
    windows = calls.end - calls.start
    measured = {name: _per_call(view, windows, resolutions[name], rows[name]) for name in resolutions}
    predict_end = _last_end(view, rows["predict"])
    measured[TEARDOWN] = _teardown(calls, resolutions["predict"], predict_end)
    known = all(one.presence != "unknown" or one.elsewhere for one in resolutions.values())
    return CallShares(
        tuple(resolutions),
        windows / view.per_ns,
        {name: found for name, found in measured.items() if isinstance(found, PerCall)},
        {name: found for name, found in measured.items() if isinstance(found, Share)},
        _phases(view, rows, phase_of, predict_end) if known else {},
    )


def outermost(view: CallTree, rows: Ints) -> Ints:
    """Return the rows that lie in none of the others (recursion and nesting count once)."""
    if not len(rows):
        return rows
    reach = np.maximum.accumulate(view.end[rows])
    free = np.ones(len(rows), bool)
    free[1:] = view.start[rows][1:] >= reach[:-1]
    return rows[free]


def _per_call(view: CallTree, windows: Ints, resolution: Resolution, rows: Ints) -> PerCall | Share:
    """Return an internal's values in each call, or the unknown share with its reason."""
    if resolution.unmeasured is not None:
        return Share.none(resolution.unmeasured)
    outer = outermost(view, rows)
    if not len(outer):
        return Share.none("entered in the inspected call, but not in this capture")
    of_call = view.call[outer]
    durations = np.bincount(of_call, view.end[outer] - view.start[outer], len(windows))
    return PerCall(
        durations / windows,
        np.bincount(of_call, minlength=len(windows)),
        np.bincount(view.call[rows], minlength=len(windows)),
    )


def _teardown(calls: Calls, predict: Resolution, predict_end: Ints | None) -> PerCall | Share:
    if predict.unknown is not None:
        return Share.none(predict.unknown)
    if predict_end is None:
        return Share.none("only a call of predict has a predict frame")
    once = np.ones(len(predict_end), np.int64)
    return PerCall((calls.end - predict_end) / (calls.end - calls.start), once, once)


def _last_end(view: CallTree, rows: Ints) -> Ints | None:
    """Return when the predict frame of each call ends, or None unless each call has exactly one."""
    outer = outermost(view, rows)
    if np.bincount(view.call[outer], minlength=len(view.calls.start)).tolist() != [1] * len(view.calls.start):
        return None
    return view.end[outer]


def _phases(
    view: CallTree, rows: Mapping[str, Ints], phase_of: Mapping[str, str], predict_end: Ints | None
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
    sums = np.bincount(phase[inside], view.own[inside], len(PHASES))
    window = float((view.calls.end - view.calls.start).sum())
    if predict_end is not None:
        sums[index["teardown"]] = float((view.calls.end - predict_end).sum())
    # What the frames around predict own, before it and after it, is the rest of the window.
    sums[index["other"]] += window - sums.sum()
    known = [name for name in PHASES if name != "teardown" or predict_end is not None]
    return {name: float(sums[index[name]] / window) for name in known}


def _inherit(view: CallTree, own: Ints, default: int) -> Ints:
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
