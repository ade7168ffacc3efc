"""The call tree of a line: parent, depth and self time of each event.

At any moment the event that started last owns the time. Where events nest, that is the innermost one.
Two events overlap partially where one starts within the other and outlasts it (a `TraceMe` that one Python
frame opens and another closes). The earlier one is then cut at the later one's start: it owns nothing from
there on, and the later one is not its child. What is left always nests, so that on every line the self times
add up to the union of the intervals.

The tree is found in one pass over pieces of the line: the depth of an event is the number of events that are
open at its start, and an event either follows a sibling or is the first child of the row before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Ints32 = npt.NDArray[np.int32]

_PIECE = 1 << 16
_RADIX_LIMIT = 1 << 16


@dataclass(frozen=True)
class Tree:
    """Depth and parent (int32; the parent is a row of the same line, -1: none) and self time (int64, ps)."""

    depth: Ints32
    parent: Ints32
    self_ps: Ints


@dataclass(frozen=True)
class PartialOverlaps:
    """Events (``rows``) that a later one starts in and outlasts; ``by`` has the first such row of each."""

    rows: Ints
    by: Ints


class _Stack:
    """The events that are open after the pieces so far, outermost first: their rows and ends."""

    def __init__(self) -> None:
        self.size = 0
        self._rows = np.empty(_PIECE, np.int32)
        self._ends = np.empty(_PIECE, np.int64)

    def rows_at(self, depths: Ints32) -> Ints32:
        """Return the rows of the events of these depths."""
        return self._rows[depths]

    def open_at(self, moments: Ints) -> Ints:
        """Return how many of the events end after each moment."""
        ends = self._ends[: self.size][::-1]
        return self.size - np.searchsorted(ends, moments, "right")

    def replace_top(self, depths: Ints32, rows: Ints, ends: Ints, size: int) -> None:
        """Put other events at these ascending depths, and keep ``size`` in all."""
        if size > len(self._rows):
            self._rows.resize(size + _PIECE, refcheck=False)
            self._ends.resize(size + _PIECE, refcheck=False)
        kept = depths < size
        self._rows[depths[kept]] = rows[kept]
        self._ends[depths[kept]] = ends[kept]
        self.size = size


def fill(tree: Tree, start: Ints, duration: Ints) -> int:
    """Write the tree of one line into the columns of ``tree``; return how many events were cut."""
    end = start + duration
    if _nest(tree, start, end):
        return 0
    cut = 0
    for rows, by in _partial_overlaps(start, end):
        end[rows] = start[by]
        cut += len(rows)
    _nest(tree, start, end)
    return cut


def _nest(tree: Tree, start: Ints, end: Ints) -> bool:
    """Write the tree of events that nest; return False, with the tree unfinished, when they do not."""
    outer = _Stack()
    return all(_nest_piece(tree, start, end, begin, outer) for begin in range(0, len(start), _PIECE))


def _nest_piece(tree: Tree, start: Ints, end: Ints, begin: int, outer: _Stack) -> bool:
    """Write the rows of one piece, leave what is still open in ``outer``; return whether they nest."""
    piece = slice(begin, begin + _PIECE)
    starts, ends = start[piece], end[piece]
    durations = ends - starts
    depth = _depths(starts, ends, outer)
    before = np.empty_like(depth)
    before[0], before[1:] = outer.size - 1, depth[:-1]
    order = np.argsort(depth.astype(np.uint16) if depth.max() < _RADIX_LIMIT else depth, kind="stable")
    by_depth = depth[order]
    is_first_child = by_depth == before[order] + 1
    is_run = is_first_child.copy()
    is_run[0] = True
    is_run[1:] |= by_depth[1:] != by_depth[:-1]
    runs = np.flatnonzero(is_run)
    parents = _run_parents(by_depth[runs], is_first_child[runs], order[runs] + begin, outer)
    inner = np.flatnonzero(parents >= 0)
    above = parents[inner]
    if (np.maximum.reduceat(ends[order], runs)[inner] > end[above]).any():
        return False
    tree.depth[piece] = depth
    tree.parent[piece][order] = np.repeat(parents, np.diff(runs, append=len(order)))
    tree.self_ps[piece] = durations
    tree.self_ps[above] -= np.add.reduceat(durations[order], runs)[inner]
    lasts = np.flatnonzero(np.append(by_depth[1:] != by_depth[:-1], True))
    rows = order[lasts] + begin
    outer.replace_top(by_depth[lasts], rows, end[rows], int(depth[-1]) + 1)
    return True


def _depths(starts: Ints, ends: Ints, outer: _Stack) -> Ints32:
    """Return how many events are open at each start of a piece."""
    count = len(starts)
    after = np.arange(1, count + 1)
    # an event is over for the rows that start at its end or later; most have none within
    holds = np.flatnonzero(starts[1:] < ends[:-1])
    after[holds] = np.searchsorted(starts, ends[holds], "left")
    after[-1] = count
    closed = np.cumsum(np.bincount(after, minlength=count + 1)[:count])
    depth = np.arange(count) - closed
    if outer.size:
        depth += outer.open_at(starts)
    return depth.astype(np.int32)


def _run_parents(depths: Ints32, is_first_child: npt.NDArray[np.bool_], rows: Ints, outer: _Stack) -> Ints:
    """Return the parent of each run of siblings, given the run's first row."""
    inherited = np.full(len(depths), -1, np.int64)
    deep = (depths > 0) & ~is_first_child
    inherited[deep] = outer.rows_at(depths[deep] - 1)
    return np.where(is_first_child, rows - 1, inherited)


def find_partial_overlaps(start: Ints, end: Ints) -> PartialOverlaps:
    """Return the events that a later one starts in and outlasts, of a line sorted by (start, -duration)."""
    rows, by = zip(*_partial_overlaps(start, end), strict=True) if len(start) else ((start,), (start,))
    return PartialOverlaps(np.concatenate(rows), np.concatenate(by))


def _partial_overlaps(start: Ints, end: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield the partial overlaps of each piece; the ends of pieces that were yielded may be changed."""
    maxima = _Maxima.of(end)
    for begin in range(0, len(start), _PIECE):
        following = start[begin + 1 : begin + _PIECE + 1]
        rows = np.flatnonzero(following < end[begin : begin + len(following)]) + begin
        ends = end[rows]
        rows = rows[maxima.exceed(rows + 1, np.searchsorted(start, ends, "left"), ends)]
        yield rows, maxima.first_above(rows + 1, end[rows])


@dataclass(frozen=True)
class _Maxima:
    """The ends of events (level 0), then the maxima of pairs, of fours and so on, up to a single one."""

    levels: tuple[Ints, ...]

    @staticmethod
    def of(ends: Ints) -> _Maxima:
        levels = [ends]
        while len(levels[-1]) > 1:
            below = levels[-1]
            here = below[::2].copy()
            np.maximum(here[: len(below) // 2], below[1::2], out=here[: len(below) // 2])
            levels.append(here)
        return _Maxima(tuple(levels))

    def exceed(self, first: Ints, last: Ints, limit: Ints) -> Ints:
        """Return (as indices) which ranges, ``first`` to before ``last``, hold an end over their limit."""
        asked = np.arange(len(first))
        found = [asked[:0]]
        for ends in self.levels:
            over = (ends[first] > limit) | (ends[last - 1] > limit)
            found.append(asked[over])
            first, last = (first + 1) >> 1, last >> 1
            left = np.flatnonzero((first < last) & ~over)
            if not len(left):
                break
            first, last, limit, asked = first[left], last[left], limit[left], asked[left]
        rows: Ints = np.sort(np.concatenate(found))
        return rows

    def first_above(self, first: Ints, limit: Ints) -> Ints:
        """Return for each limit the first event from ``first`` on that ends after it; there must be one."""
        block: Ints = first.copy()
        level_of = np.full(len(first), len(self.levels) - 1, np.int8)
        rising = np.arange(len(first))
        for level, ends in enumerate(self.levels[:-1]):
            odd = rising[block[rising] % 2 == 1]
            over = odd[ends[block[odd]] > limit[odd]]
            level_of[over] = level
            rising = rising[level_of[rising] > level]
            block[rising] = (block[rising] + 1) >> 1
        for level in range(len(self.levels) - 1, 0, -1):
            sinking = np.flatnonzero(level_of >= level)
            left = block[sinking] * 2
            block[sinking] = left + (self.levels[level - 1][left] <= limit[sinking])
        return block
