"""Merges equal stacks of the marked calls into the call tree that `kprof tree` and `kprof export` give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..protocol.errors import TraceFormatError
from ..tables import spec
from ..tables import trace as trace_tables
from ..tables.spec import Coded, Table
from .trace.marked_calls import Ints, MarkedLine, Marks, Recorded, find_marks

# Python stops at 1000 frames unless told otherwise, and exported stacks take room for each of theirs.
DEEPEST = 5000


@dataclass(frozen=True)
class Stacks:
    """The distinct stacks inside the marked calls, on the thread that made them.

    Attributes:
        table: `tables.trace.STACKS`; the marks are the roots.
        calls: the number of marked calls.
        window_ps: their durations together. The self times add up to it, but for the call that ends a mark,
            which outlasts it by microseconds.
    """

    table: Table
    calls: int
    window_ps: int

    def children(self) -> list[list[int]]:
        """Return each row's children, those with the most time first."""
        inclusive = self.table.array("inclusive_ps")
        found: list[list[int]] = [[] for _ in range(len(self.table))]
        for row in np.argsort(-inclusive, kind="stable").tolist():
            parent = int(self.table.array("parent")[row])
            if parent >= 0:
                found[parent].append(row)
        return found

    def roots(self) -> list[int]:
        """Return the rows without a parent, those with the most time first."""
        rows = np.flatnonzero(self.table.array("parent") < 0)
        order = np.argsort(-self.table.array("inclusive_ps")[rows], kind="stable")
        return [int(row) for row in rows[order]]

    def walk(self) -> Iterator[tuple[int, int]]:
        """Yield every row with its depth; depth first, the most time first."""
        children = self.children()
        pending = [(row, 0) for row in reversed(self.roots())]
        while pending:
            row, depth = pending.pop()
            yield row, depth
            pending.extend((child, depth + 1) for child in reversed(children[row]))

    def paths(self) -> Iterator[list[int]]:
        """Yield every stack as the rows from the outermost to its own, in the order of `walk`."""
        path: list[int] = []
        for row, depth in self.walk():
            del path[depth:]
            path.append(row)
            yield path


def merge(trace: Recorded, mark: str) -> Stacks:
    """Return the stacks inside the events named ``mark``.

    An event that is cut because another one outlasts it counts until there, as `readers.nesting` says.

    Raises:
        TraceFormatError: the stacks are deeper than calls can go.
        Unusable: there is no such event, or one took no time.
    """
    return merge_within(trace, find_marks(trace, mark))


def merge_within(trace: Recorded, marks: Marks) -> Stacks:
    """Return the stacks inside some calls of a trace, as `merge` does.

    Raises:
        TraceFormatError: the stacks are deeper than calls can go.
    """
    line = MarkedLine(trace, marks)
    inside = line.call >= 0
    deepest = int(line.depth[inside].max(initial=0))
    if deepest > DEEPEST:
        raise TraceFormatError(f"holds {deepest} events within each other: no calls go so deep")
    parent = np.where(inside & (line.parent >= 0), line.parent, -1)
    parent[parent >= 0] = np.where(inside[parent[parent >= 0]], parent[parent >= 0], -1)
    rows = np.flatnonzero(inside)
    table = _table(line, rows, parent)
    return Stacks(table, len(marks.start), int((marks.end - marks.start).sum()))


def _table(line: MarkedLine, rows: Ints, parent: Ints) -> Table:
    """Merge the rows level by level: those with the same parent stack and name are one."""
    width = len(line.names.values) + 1
    stack_of = np.full(len(line.start), -1, np.int64)
    parents: list[Ints] = []
    names: list[Ints] = []
    count = 0
    for level in _levels(line.depth, rows):
        above = parent[level]
        keys = np.where(above >= 0, stack_of[above], -1) * width + line.names.codes[level] + 1 + width
        distinct, index = np.unique(keys.astype(np.int64), return_inverse=True)
        parents.append(distinct // width - 1)
        names.append(distinct % width - 1)
        stack_of[level] = index + count
        count += len(distinct)
    of_rows = stack_of[rows]
    own = np.zeros(count, np.int64)
    np.add.at(own, of_rows, line.own[rows])
    above = np.concatenate([*parents, np.empty(0, np.int64)])
    return spec.make(
        trace_tables.STACKS,
        parent=above.astype(np.int32),
        name=Coded(np.concatenate([*names, np.empty(0, np.int64)]).astype(np.int32), line.names.values),
        calls=np.bincount(of_rows, minlength=count).astype(np.int64),
        inclusive_ps=_inclusive(own, above, [len(level) for level in parents]),
        self_ps=own,
    )


def _levels(depth: Ints, rows: Ints) -> Iterator[Ints]:
    """Yield the rows of each depth, outermost first."""
    order = rows[np.argsort(depth[rows], kind="stable")]
    cuts = np.flatnonzero(np.diff(depth[order])) + 1
    yield from (level for level in np.split(order, cuts) if len(level))


def _inclusive(own: Ints, parent: Ints, sizes: list[int]) -> Ints:
    """Return inclusive times: own times and those of all descendants, from the deepest level up."""
    inclusive: Ints = own.copy()
    end = len(own)
    for size in reversed(sizes):
        level = np.arange(end - size, end)
        inner = level[parent[level] >= 0]
        np.add.at(inclusive, parent[inner], inclusive[inner])
        end -= size
    return inclusive
