"""The table of what probes recorded.

`SPANS`, one row a span, in the order of their starts within a thread:
    thread: number of the thread; 0: the one that made the calls.
    function: ``path::qualified name``.
    start_ns (ns): on the worker's clock.
    end_ns (ns): on the same clock.
    parent: row of the span of the same thread that it lies directly within; -1: none.
"""

from __future__ import annotations

import numpy as np

from .spec import Column, Table, TableSpec, non_negative, within


def _parents_hold_their_children(table: Table) -> str | None:
    parent, rows = table.array("parent"), np.arange(len(table))
    bad = (parent < -1) | (parent >= rows)
    if not bad.any():
        inner = np.flatnonzero(parent >= 0)
        outer = parent[inner]
        thread, start, end = (table.array(name) for name in ("thread", "start_ns", "end_ns"))
        apart = (thread[inner] != thread[outer]) | (start[inner] < start[outer]) | (end[inner] > end[outer])
        bad[inner[apart]] = True
    return f"row {int(np.argmax(bad))} does not lie within its parent" if bad.any() else None


def _starts_are_in_order(table: Table) -> str | None:
    thread, start = table.array("thread"), table.array("start_ns")
    for number in np.unique(thread):
        if (np.diff(start[thread == number]) < 0).any():
            return f"the starts of thread {int(number)} are out of order"
    return None


SPANS = TableSpec(
    "spans",
    (
        Column("thread", "int64", "", "number of the thread; 0: the one that made the calls"),
        Column("function", "string", "", "path::qualified name"),
        Column("start_ns", "int64", "ns", "on the worker's clock"),
        Column("end_ns", "int64", "ns", "on the same clock"),
        Column("parent", "int64", "", "row of the span that it lies directly within; -1: none"),
    ),
    (
        non_negative("thread", "start_ns"),
        within("end_ns", "start_ns"),
        _parents_hold_their_children,
        _starts_are_in_order,
    ),
)
