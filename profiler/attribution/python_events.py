"""Whether the Python events of a trace are what ran: the invariants that a sound capture keeps."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..tables import Coded, Table
from . import call_tree

Ints = npt.NDArray[np.int64]


def check_python_events(
    lines: Table, events: Table, calls: int, entry: str | None, mark: str | None = None
) -> str | None:
    """Return why the Python events of a trace cannot be the measured calls, or None when they can.

    TensorFlow's Python tracer pairs calls and returns by a stack of its own; where the interpreter leaves out
    one of them, events get the ends of others: too many are seen, or they cross each other.

    Args:
        lines: the table `trace_tables.LINES`.
        events: the table `trace_tables.EVENTS`.
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
    entries = np.flatnonzero(is_python & _rows_named(names, lambda name: name.split()[-1:] == [entry]))
    if entry is not None and len(entries) != calls:
        return f"the trace holds {len(entries)} {entry} events for {calls} measured calls"
    marks = np.flatnonzero(_rows_named(names, lambda name: name == mark) & on_python)
    if mark is not None and len(marks) != calls:
        return f"the trace holds {len(marks)} marks for {calls} measured calls"
    start = events.array("start_ps")
    if entry is not None and mark is not None:
        inside = _counts_inside(start[entries], start[marks], events.array("duration_ps")[marks])
        if (inside != 1).any():
            return f"a marked call holds {inside[inside != 1][0]} {entry} events"
    crossing = _python_crossings(events, is_python)
    return f"{crossing} Python events end within others that they did not start in" if crossing else None


def _rows_named(names: Coded, wanted: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    chosen = np.array([*map(wanted, names.values), False])
    rows: npt.NDArray[np.bool_] = chosen[names.codes]
    return rows


def _counts_inside(moments: Ints, starts: Ints, durations: Ints) -> Ints:
    """Return how many of the ascending moments lie in each interval."""
    first = np.searchsorted(moments, starts, "left")
    return np.searchsorted(moments, starts + durations, "left") - first


def _python_crossings(events: Table, is_python: npt.NDArray[np.bool_]) -> int:
    """Return how many Python events another Python event starts in and outlasts."""
    rows = np.flatnonzero(is_python)
    line, start = events.array("line")[rows], events.array("start_ps")[rows]
    end = start + events.array("duration_ps")[rows]
    bounds = np.flatnonzero(np.diff(line, prepend=-1, append=-1))
    return sum(
        len(call_tree.find_crossings(start[begin:stop], end[begin:stop]).rows)
        for begin, stop in pairwise(bounds.tolist())
    )
