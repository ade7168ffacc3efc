"""The tables of a trace, and of the stacks in it.

`LINES`, one row a thread or device stream:
    host: the machine that recorded it.
    plane: the part of the machine, like /host:CPU or /device:GPU:0.
    name: the thread's or stream's name.
    kind: python, executor, device or other.
    nests: whether no event outlasts the one that it starts in.
    timestamp_ns (ns): the moment from which its events' start is counted.

`EVENTS`, one row an event, sorted by (line, start, -duration):
    line: row in lines.
    name: the event's name; missing where the file has none.
    start_ps (ps): relative to the line's timestamp.
    duration_ps (ps): time from its start to its end.
    depth: number of events that it lies in.
    parent: row of the innermost event that it lies in; -1: none.
    self_ps (ps): time in which no later event was open. On every line the sum is the union of its intervals;
        `readers.nesting` says what that means on a line that does not nest.

`STACKS`, one row a distinct stack of a thread, a stack before those that go deeper:
    parent: row of the stack without its last frame; -1: none.
    name: the last frame: an event's name; missing where the trace has none.
    calls: events with this stack.
    inclusive_ps (ps): time with this stack, whatever lies on top.
    self_ps (ps): time with nothing on top.
"""

from __future__ import annotations

import numpy as np

from .spec import Column, Table, TableSpec, non_negative

LARGEST_PS = (1 << 62) - 1
"""No event starts or ends farther than this (53 days) from its line's timestamp: sums fit 64 bits."""
MOST_LINES = 1 << 14
"""No session has more threads and streams."""

KINDS = ("python", "executor", "device", "other")


def _kinds_are_known(table: Table) -> str | None:
    surplus = set(table.coded("kind").values) - set(KINDS)
    return f"kind {sorted(surplus)[0]!r} is none of {', '.join(KINDS)}" if surplus else None


def _sorted_events(table: Table) -> str | None:
    line, start, duration = (table.array(name) for name in ("line", "start_ps", "duration_ps"))
    same_line = line[1:] == line[:-1]
    later = (start[1:] > start[:-1]) | ((start[1:] == start[:-1]) & (duration[1:] <= duration[:-1]))
    bad = (line[1:] < line[:-1]) | (same_line & ~later)
    return f"row {int(np.argmax(bad)) + 1} is out of order" if bad.any() else None


def _parents_come_before(table: Table) -> str | None:
    line, depth, parent = (table.array(name) for name in ("line", "depth", "parent"))
    rows = np.arange(len(table))
    bad = (parent < -1) | (parent >= rows) | ((parent < 0) != (depth == 0))
    if bad.any():
        row = int(np.argmax(bad))
        return f"row {row} has depth {depth[row]} and parent {parent[row]}"
    inner = np.flatnonzero(parent >= 0)
    above = parent[inner]
    bad = (depth[above] != depth[inner] - 1) | (line[above] != line[inner])
    return f"row {int(inner[np.argmax(bad)])} is not one level below its parent" if bad.any() else None


def _self_within_duration(table: Table) -> str | None:
    bad = table.array("self_ps") > table.array("duration_ps")
    return f"self_ps exceeds duration_ps in row {int(np.argmax(bad))}" if bad.any() else None


LINES = TableSpec(
    "lines",
    (
        Column("host", "string", "", "the machine that recorded it"),
        Column("plane", "string", "", "the part of the machine, like /host:CPU or /device:GPU:0"),
        Column("name", "string", "", "the thread's or stream's name"),
        Column("kind", "string", "", "python, executor, device or other"),
        Column("nests", "bool", "", "whether no event outlasts the one that it starts in"),
        Column("timestamp_ns", "int64", "ns", "the moment from which its events' start is counted"),
    ),
    (_kinds_are_known,),
)

EVENTS = TableSpec(
    "events",
    (
        Column("line", "int32", "", "row in lines"),
        Column("name", "string", "", "the event's name; missing where the file has none"),
        Column("start_ps", "int64", "ps", "relative to the line's timestamp"),
        Column("duration_ps", "int64", "ps", "time from its start to its end"),
        Column("depth", "int32", "", "number of events that it lies in"),
        Column("parent", "int32", "", "row of the innermost event that it lies in; -1: none"),
        Column("self_ps", "int64", "ps", "time in which no later event was open"),
    ),
    (
        non_negative("line", "duration_ps", "depth", "self_ps"),
        _sorted_events,
        _parents_come_before,
        _self_within_duration,
    ),
)


def _parents_include_children(table: Table) -> str | None:
    parent, inclusive, own = (table.array(name) for name in ("parent", "inclusive_ps", "self_ps"))
    bad = (parent < -1) | (parent >= np.arange(len(table)))
    if bad.any():
        return f"row {int(np.argmax(bad))} comes before its parent {parent[np.argmax(bad)]}"
    total = own.copy()
    inner = np.flatnonzero(parent >= 0)
    np.add.at(total, parent[inner], inclusive[inner])
    bad = total != inclusive
    return (
        f"inclusive_ps of row {int(np.argmax(bad))} is not its own and its children's" if bad.any() else None
    )


STACKS = TableSpec(
    "stacks",
    (
        Column("parent", "int32", "", "row of the stack without its last frame; -1: none"),
        Column("name", "string", "", "the last frame: an event's name; missing where the trace has none"),
        Column("calls", "int64", "", "events with this stack"),
        Column("inclusive_ps", "int64", "ps", "time with this stack, whatever lies on top"),
        Column("self_ps", "int64", "ps", "time with nothing on top"),
    ),
    (non_negative("calls", "inclusive_ps", "self_ps"), _parents_include_children),
)
