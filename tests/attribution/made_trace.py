"""Traces written down by hand."""

from __future__ import annotations

import dataclasses

import numpy as np

from profiler import tables, trace_tables
from profiler.attribution import call_tree

MARK = "kprof_call"


@dataclasses.dataclass(frozen=True)
class Trace:
    lines: tables.Table
    events: tables.Table


def of(*events):
    """Return a trace of one Python thread from (name, start, end), in ps."""
    ordered = sorted(events, key=lambda event: (event[1], -event[2]))
    start = np.array([start for _, start, _ in ordered], np.int64)
    duration = np.array([end - start for _, start, end in ordered], np.int64)
    tree = call_tree.build(start, duration)
    lines = tables.make(
        trace_tables.LINES,
        host=["vm"],
        plane=["/host:CPU"],
        name=["python"],
        kind=["python"],
        nests=[True],
        timestamp_ns=[0],
    )
    table = tables.make(
        trace_tables.EVENTS,
        line=np.zeros(len(ordered), np.int32),
        name=[name for name, _, _ in ordered],
        start_ps=start,
        duration_ps=duration,
        depth=tree.depth,
        parent=tree.parent,
        self_ps=tree.self_ps,
    )
    return Trace(lines, table)
