"""Checks that the Python events of a trace are what ran: the invariants that a sound capture keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ...readers import nesting
from ...tables.spec import Coded, Table

Ints = npt.NDArray[np.int64]

# The part of the calls whose nesting may be in doubt before their shares are.
MISPLACED = 0.01


def check_python_events(
    lines: Table, events: Table, calls: int, entry: str | None, mark: str | None = None
) -> str | None:
    """Return why the Python events of a trace cannot be the measured calls, or None when they can.

    TensorFlow's Python tracer pairs calls and returns by a stack of its own; where the interpreter leaves out
    one of them, events get the ends of others: too many are seen, or they overlap partially.

    Args:
        lines: the table `tables.trace.LINES`.
        events: the table `tables.trace.EVENTS`.
        calls: calls that were made while the profiler ran.
        entry: name of the Python function that each call enters once, like ``predict``; None where there is
            no such function.
        mark: name of the event that was put around each call, when there is one.
    """
    names = events.coded("name")
    kinds = lines.coded("kind").decode()
    on_python = np.isin(events.array("line"), [row for row, kind in enumerate(kinds) if kind == "python"])
    is_python = _rows_named(names, lambda name: name.startswith("$")) & on_python
    if not is_python.any():
        return "the trace holds no Python events"
    marks = np.flatnonzero(_rows_named(names, lambda name: name == mark) & on_python)
    if mark is not None and len(marks) != calls:
        return f"the trace holds {len(marks)} marks for {calls} measured calls"
    if entry is not None:
        entered = is_python & _rows_named(names, lambda name: name.split()[-1:] == [entry])
        why = _entries_unsound(events, entered, marks, calls, entry)
        if why is not None:
            return why
    windows = _Windows.of(events, marks if mark is not None else np.flatnonzero(is_python))
    overlapping, misplaced_ps = _partial_overlaps(events, is_python, windows)
    if misplaced_ps > MISPLACED * windows.total_ps:
        share = misplaced_ps / windows.total_ps
        what = "Python events end within others that they did not start in"
        return f"{overlapping} {what} ({share:.0%} of the time)"
    return None


def _entries_unsound(
    events: Table, entered: npt.NDArray[np.bool_], marks: Ints, calls: int, entry: str
) -> str | None:
    """Return why no function named ``entry`` was entered once in each call, or None when one was.

    A model may have a ``predict`` of its own, which calls that of Keras.
    """
    codes, start = events.coded("name").codes, events.array("start_ps")
    reasons = [f"the trace holds 0 {entry} events for {calls} measured calls"]
    for code in np.unique(codes[entered]):
        rows = np.flatnonzero(entered & (codes == code))
        if len(rows) != calls:
            reasons.append(f"the trace holds {len(rows)} {entry} events for {calls} measured calls")
            continue
        inside = _counts_inside(start[rows], start[marks], events.array("duration_ps")[marks])
        if (inside == 1).all():
            return None
        reasons.append(f"a marked call holds {inside[inside != 1][0]} {entry} events")
    return reasons[-1]


@dataclass(frozen=True)
class _Windows:
    """The measured calls: where they begin and end, and how long they are together, in ps."""

    start: int
    end: int
    total_ps: int

    @staticmethod
    def of(events: Table, rows: Ints) -> _Windows:
        start, duration = events.array("start_ps")[rows], events.array("duration_ps")[rows]
        return _Windows(int(start.min()), int((start + duration).max()), max(1, int(duration.sum())))


def _rows_named(names: Coded, wanted: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    chosen = np.array([*map(wanted, names.values), False])
    rows: npt.NDArray[np.bool_] = chosen[names.codes]
    return rows


def _counts_inside(moments: Ints, starts: Ints, durations: Ints) -> Ints:
    """Return how many of the ascending moments lie in each interval."""
    first = np.searchsorted(moments, starts, "left")
    return np.searchsorted(moments, starts + durations, "left") - first


def _partial_overlaps(events: Table, is_python: npt.NDArray[np.bool_], windows: _Windows) -> tuple[int, int]:
    """Return how many Python events of the measured calls another outlasts, and by how many ps together.

    CPython 3.12 can report the return of a C method whose call it left out. TensorFlow's tracer then shows an
    event from the session's start on, which begins before every measured call and is no part of one.
    """
    rows = np.flatnonzero(is_python)
    line, start = events.array("line")[rows], events.array("start_ps")[rows]
    end = start + events.array("duration_ps")[rows]
    bounds = np.flatnonzero(np.diff(line, prepend=-1, append=-1))
    count, misplaced_ps = 0, 0
    for begin, stop in pairwise(bounds.tolist()):
        found = nesting.find_partial_overlaps(start[begin:stop], end[begin:stop])
        cut, by = found.rows + begin, found.by + begin
        inside = (start[cut] >= windows.start) & (start[cut] < windows.end)
        count += int(inside.sum())
        misplaced_ps += int((end[by] - end[cut])[inside].sum())
    return count, misplaced_ps
