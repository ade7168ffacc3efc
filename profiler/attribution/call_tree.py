"""The call tree of a line: who lies in whom, how deep, and the time that is an event's own.

At any moment the event that started last owns the time. Where events nest, that is the innermost one.
Where one starts within another and outlasts it (a `TraceMe` that a Python frame opens and another closes),
the earlier one is cut there: it owns nothing from then on, and the later one is not its child. What is left
always nests, so that on every line the self times add up to the union of the intervals.

The tree is found in one pass over pieces of the line: the depth of an event is the number of events that are
open at its start, and an event either follows a sibling or is the first child of the row before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..tables import Coded, Table

Ints = npt.NDArray[np.int64]
Ints32 = npt.NDArray[np.int32]

_PIECE = 1 << 16
_RADIX_LIMIT = 1 << 16


@dataclass(frozen=True)
class Tree:
    """Depth (int32), parent (int32, row of the same line, -1: none) and self time (int64, ps) of each event."""

    depth: Ints32
    parent: Ints32
    self_ps: Ints


@dataclass(frozen=True)
class Crossings:
    """Events that another one starts in and outlasts: their ``rows``, and for each the first such row ``by``."""

    rows: Ints
    by: Ints


@dataclass(frozen=True)
class _Open:
    """The last event of a piece and all events that it lies in, outermost first: rows and ends."""

    rows: Ints
    ends: Ints


def build(start: Ints, duration: Ints) -> Tree:
    """Return the tree of one line's events, sorted by (start, -duration), durations not negative."""
    count = len(start)
    tree = Tree(np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count, np.int64))
    fill(tree, start, duration)
    return tree


def fill(tree: Tree, start: Ints, duration: Ints) -> int:
    """Write the tree of one line into the columns of ``tree``; return how many events were cut."""
    end = start + duration
    if _nest(tree, start, end):
        return 0
    crossings = find_crossings(start, end)
    end[crossings.rows] = start[crossings.by]
    _nest(tree, start, end)
    return len(crossings.rows)


def _nest(tree: Tree, start: Ints, end: Ints) -> bool:
    """Write the tree of events that nest; return False, with the tree unfinished, when they do not."""
    still_open: _Open | None = _Open(np.empty(0, np.int64), np.empty(0, np.int64))
    for begin in range(0, len(start), _PIECE):
        still_open = _nest_piece(start, end, tree, begin, still_open)
        if still_open is None:
            return False
    return True


def _nest_piece(start: Ints, end: Ints, tree: Tree, begin: int, outer: _Open) -> _Open | None:
    """Fill the rows of one piece; return what is open after it, or None when an event outlasts its parent."""
    piece = slice(begin, begin + _PIECE)
    starts, ends = start[piece], end[piece]
    durations = ends - starts
    depth = _depths(starts, ends, outer)
    before = np.empty_like(depth)
    before[0], before[1:] = len(outer.rows) - 1, depth[:-1]
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
        return None
    tree.depth[piece] = depth
    tree.parent[piece][order] = np.repeat(parents, np.diff(runs, append=len(order)))
    tree.self_ps[piece] = durations
    tree.self_ps[above] -= np.add.reduceat(durations[order], runs)[inner]
    return _open_after(by_depth, order + begin, int(depth[-1]), end, outer)


def _depths(starts: Ints, ends: Ints, outer: _Open) -> Ints32:
    """Return how many events are open at each start of a piece."""
    count = len(starts)
    after = np.arange(1, count + 1)
    # an event is over for the rows that start at its end or later; most have none within
    holds = np.flatnonzero(starts[1:] < ends[:-1])
    after[holds] = np.searchsorted(starts, ends[holds], "left")
    after[-1] = count
    closed = np.cumsum(np.bincount(after, minlength=count + 1)[:count])
    depth = np.arange(count) - closed
    if len(outer.ends):
        depth += len(outer.ends) - np.searchsorted(outer.ends[::-1], starts, "right")
    return depth.astype(np.int32)


def _run_parents(depths: Ints32, is_first_child: npt.NDArray[np.bool_], rows: Ints, outer: _Open) -> Ints:
    """Return the parent of each run of siblings, given the run's first row."""
    inherited = np.full(len(depths), -1, np.int64)
    deep = (depths > 0) & ~is_first_child
    inherited[deep] = outer.rows[depths[deep] - 1]
    return np.where(is_first_child, rows - 1, inherited)


def _open_after(by_depth: Ints32, rows: Ints, last: int, end: Ints, outer: _Open) -> _Open:
    """Return the last event, of depth ``last``, and those it lies in: the last row of each depth up to it."""
    kept = np.zeros(last + 1, np.int64)
    shared = min(last + 1, len(outer.rows))
    kept[:shared] = outer.rows[:shared]
    lasts = np.flatnonzero(np.append(by_depth[1:] != by_depth[:-1], True))
    lasts = lasts[by_depth[lasts] <= last]
    kept[by_depth[lasts]] = rows[lasts]
    return _Open(kept, end[kept])


def find_crossings(start: Ints, end: Ints) -> Crossings:
    """Return which events of a line, sorted by (start, -duration), are outlasted by one that starts in them."""
    maxima = _Maxima.of(end)
    crossed = []
    for begin in range(0, len(start), _PIECE):
        following = start[begin + 1 : begin + _PIECE + 1]
        rows = np.flatnonzero(following < end[begin : begin + len(following)]) + begin
        ends = end[rows]
        crossed.append(rows[maxima.exceed(rows + 1, np.searchsorted(start, ends, "left"), ends)])
    rows = np.concatenate(crossed)
    return Crossings(rows, maxima.first_above(rows + 1, end[rows]))


@dataclass(frozen=True)
class _Maxima:
    """Maxima of the ends of pairs, fours, ... of events: level ``l`` starts at ``offsets[l]`` of ``values``."""

    values: Ints
    offsets: Ints

    @staticmethod
    def of(ends: Ints) -> _Maxima:
        sizes = [max(1, len(ends))]
        while sizes[-1] > 1:
            sizes.append((sizes[-1] + 1) // 2)
        offsets = np.concatenate(([0], np.cumsum(sizes)))
        values = np.empty(int(offsets[-1]), np.int64)
        values[: len(ends)] = ends
        for level in range(1, len(sizes)):
            below = values[offsets[level - 1] : offsets[level]]
            here = values[offsets[level] : offsets[level + 1]]
            here[:] = below[::2]
            np.maximum(here[: len(below) // 2], below[1::2], out=here[: len(below) // 2])
        return _Maxima(values, offsets[:-1])

    def exceed(self, first: Ints, last: Ints, limit: Ints) -> Ints:
        """Return (as indices) which ranges, ``first`` to before ``last``, hold an end over their limit."""
        asked = np.arange(len(first))
        found = [asked[:0]]
        for offset in self.offsets:
            over = (self.values[offset + first] > limit) | (self.values[offset + last - 1] > limit)
            found.append(asked[over])
            first, last = (first + 1) >> 1, last >> 1
            left = np.flatnonzero((first < last) & ~over)
            if not len(left):
                break
            first, last, limit, asked = first[left], last[left], limit[left], asked[left]
        return np.sort(np.concatenate(found))

    def first_above(self, first: Ints, limit: Ints) -> Ints:
        """Return for each the first event from ``first`` on that ends after the limit; there must be one."""
        block, level = first.copy(), np.zeros(len(first), np.int64)
        climbing = np.arange(len(first))
        while len(climbing):
            at = self.offsets[level[climbing]] + block[climbing]
            climbing = climbing[self.values[at] <= limit[climbing]]
            block[climbing] += 1
            climbs = block[climbing] % 2 == 0
            block[climbing] >>= climbs
            level[climbing] += climbs
        for _ in self.offsets:
            down = level > 0
            level = level - down
            left = block << down
            block = left + (down & (self.values[self.offsets[level] + left] <= limit))
        return block


@dataclass(frozen=True)
class NameTotals:
    """For each name: the number of events, their durations and self times summed (all int64)."""

    names: tuple[str, ...]
    events: Ints
    duration_ps: Ints
    self_ps: Ints


def totals_by_name(events: Table) -> NameTotals:
    """Return the totals of each name over all lines; events without a name are left out.

    ``duration_ps`` counts a recursive event again in each event of its name that it lies in.
    """
    names = events.coded("name")
    size = len(names.values) + 1
    codes = names.codes
    return NameTotals(
        names.values,
        np.bincount(codes + 1, minlength=size)[1:],
        _sum_by(codes, events.array("duration_ps"), size),
        _sum_by(codes, events.array("self_ps"), size),
    )


def _sum_by(codes: Ints32, values: Ints, size: int) -> Ints:
    """Return the sums of ``values`` by code + 1, less the first; exact, in pieces of two halves."""
    total = np.zeros(size, np.int64)
    for begin in range(0, len(codes), _PIECE):
        piece = slice(begin, begin + _PIECE)
        bins = codes[piece] + 1
        low = np.bincount(bins, values[piece] & 0xFFFFFFFF, size)
        high = np.bincount(bins, values[piece] >> 32, size)
        total += low.astype(np.int64) + (high.astype(np.int64) << 32)
    return total[1:]


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
        len(find_crossings(start[begin:stop], end[begin:stop]).rows)
        for begin, stop in zip(bounds[:-1], bounds[1:], strict=True)
    )
