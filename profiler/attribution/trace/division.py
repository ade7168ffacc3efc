"""Divides time among groups of intervals: an instant belongs equally to all groups that have one then."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def divide(group: Ints, start: Ints, end: Ints, windows: tuple[Ints, Ints], groups: int) -> Floats:
    """Return the time of each group within windows.

    Args:
        group: the number of the group that each interval belongs to.
        start: of each interval; those of one group may overlap.
        end: of each interval.
        windows: starts and ends of what counts, which do not overlap.
        groups: how many groups there are.

    It is one sweep over the starts and ends of each group's union. Between two of them the same ``k``
    groups run, and each has a ``k``-th of the time; a group's time is what one running group has had by the
    end of each of its intervals, less what it had had by the start. With groups A (0 to 6), B (2 to 6) and
    C (4 to 8) in one window from 0 to 7:

    ====  =======  =  =========  ===============
    from  running  k  each has   each has so far
    ====  =======  =  =========  ===============
    0     A        1  2          0
    2     A B      2  1          2
    4     A B C    3  2/3        3
    6     C        1  1          3 2/3
    7     (C)      1  0          4 2/3
    8              0             4 2/3
    ====  =======  =  =========  ===============

    A has 3 2/3, B has 1 2/3, C has 1 2/3; together 7. What each has so far is kept as a whole number and a
    sum of fractions, so that picoseconds stay exact however long the windows are.
    """
    group, start, end = _unions(group, start, end)
    moments = np.unique(np.concatenate([start, end, *windows]))
    lasting = np.diff(moments)
    lasting[_open(moments, *windows)[:-1] == 0] = 0
    together = np.maximum(_open(moments, start, end)[:-1], 1)
    first, last = np.searchsorted(moments, start), np.searchsorted(moments, end)
    whole, fraction = np.zeros(groups, np.int64), np.zeros(groups)
    so_far = np.concatenate([np.zeros(1, np.int64), np.cumsum(lasting // together)])
    np.add.at(whole, group, so_far[last] - so_far[first])
    left_over = np.concatenate([np.zeros(1), np.cumsum((lasting % together) / together)])
    np.add.at(fraction, group, left_over[last] - left_over[first])
    divided: Floats = whole + fraction
    return divided


def innermost(start: Ints, end: Ints, parent: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the pieces in which each interval is the innermost one, as (number of the interval, start, end).

    Args:
        start: of intervals, in the order in which they start, an outer one before those that it holds.
        end: of each interval.
        parent: the number of the innermost interval that holds each one; -1: none.

    An interval's pieces are the gaps before each interval that it holds, and the one after the last.
    """
    count = len(start)
    reach = start.copy()
    held = np.flatnonzero(parent >= 0)
    held = held[np.argsort(parent[held], kind="stable")]
    above = parent[held]
    before = start[above]
    same = np.flatnonzero(above[1:] == above[:-1]) + 1
    latest = _latest_by_run(np.minimum(end[held], end[above]), above)
    before[same] = latest[same - 1]
    np.maximum.at(reach, above, latest)
    number = np.concatenate([above, np.arange(count)])
    begins = np.concatenate([before, reach])
    ends = np.concatenate([start[held], end])
    some = ends > begins
    return number[some], begins[some], ends[some]


def _unions(group: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the union of each group's intervals."""
    some = end > start
    group, start, end = group[some], start[some], end[some]
    order = np.lexsort((start, group))
    group, start, end = group[order], start[order], end[order]
    if not len(group):
        return group, start, end
    reach = _latest_by_run(end, group)
    opens = np.ones(len(group), np.bool_)
    opens[1:] = (group[1:] != group[:-1]) | (start[1:] > reach[:-1])
    firsts = np.flatnonzero(opens)
    return group[firsts], start[firsts], reach[np.append(firsts[1:] - 1, len(group) - 1)]


def _latest_by_run(moments: Ints, run: Ints) -> Ints:
    """Return the latest moment so far within each run of equal numbers.

    Moments become their ranks, to which whole multiples can be added without leaving 64 bits.
    """
    distinct, ranks = np.unique(moments, return_inverse=True)
    number = np.cumsum(np.concatenate([np.zeros(1, np.int64), np.diff(run) != 0]))[: len(run)]
    lift = number * len(distinct)
    latest: Ints = distinct[np.maximum.accumulate(ranks + lift) - lift]
    return latest


def _open(moments: Ints, start: Ints, end: Ints) -> Ints:
    """Return how many intervals are open from each moment to the next."""
    change = np.zeros(len(moments), np.int64)
    np.add.at(change, np.searchsorted(moments, start), 1)
    np.add.at(change, np.searchsorted(moments, end), -1)
    opened: Ints = np.cumsum(change)
    return opened
