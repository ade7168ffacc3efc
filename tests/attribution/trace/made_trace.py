"""Traces written down by hand."""

from __future__ import annotations

import dataclasses

import numpy as np

from profiler.tables import spec, trace
from tests.readers.trees import build

MARK = "kprof_call"


@dataclasses.dataclass(frozen=True)
class Trace:
    lines: spec.Table
    events: spec.Table
    ids: dict[str, int]

    def stats(self, rows):
        names = self.events.coded("name").decode()
        return [{"id": self.ids[names[row]]} if names[row] in self.ids else {} for row in rows]


def of(*events):
    """Return a trace of one Python thread from (name, start, end), in ps."""
    return of_threads({"python": events})


def of_threads(threads, ids=None):
    """Return a trace from kind of line -> (name, start, end), in ps.

    ``ids`` are the step ids of events by name; a name that ends with #N stands for the name before it.
    """
    ids = ids or {}
    starts, durations, trees, lines, names = [], [], [], [], []
    for number, events in enumerate(threads.values()):
        ordered = sorted(events, key=lambda event: (event[1], -event[2]))
        start = np.array([start for _, start, _ in ordered], np.int64)
        duration = np.array([end - start for _, start, end in ordered], np.int64)
        tree = build(start, duration)
        above = sum(map(len, starts))
        trees.append((tree.depth, np.where(tree.parent < 0, -1, tree.parent + above), tree.self_ps))
        starts.append(start)
        durations.append(duration)
        lines += [number] * len(ordered)
        names += [name for name, _, _ in ordered]
    count = len(threads)
    depth, parent, self_ps = (np.concatenate(column) for column in zip(*trees, strict=True))
    return Trace(
        spec.make(
            trace.LINES,
            host=["vm"] * count,
            plane=["/host:CPU"] * count,
            name=list(threads),
            kind=list(threads),
            nests=[True] * count,
            timestamp_ns=[0] * count,
        ),
        spec.make(
            trace.EVENTS,
            line=np.array(lines, np.int32),
            name=names,
            start_ps=np.concatenate(starts),
            duration_ps=np.concatenate(durations),
            depth=depth,
            parent=parent.astype(np.int32),
            self_ps=self_ps,
        ),
        ids,
    )
