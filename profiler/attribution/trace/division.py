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

    It is one sweep over the starts and ends of each group's union. Between two of them the number ``k`` of
    groups is the same, and each has a ``k``-th of the time. For each ``k`` the time so far is a sum of whole
    numbers, so that the groups together have exactly what some interval covers, but for the last division.
    With groups A (0 to 6), B (2 to 6) and C (4 to 8) in one window from 0 to 7:

    ====  ======  =  ==================  ==================  ==================
    from  groups  k  time so far, k = 1  time so far, k = 2  time so far, k = 3
    ====  ======  =  ==================  ==================  ==================
    0     A       1  0                   0                   0
    2     A B     2  2                   0                   0
    4     A B C   3  2                   2                   0
    6     C       1  2                   2                   2
    7     (C)     0  3                   2                   2
    8             0  3                   2                   2
    ====  ======  =  ==================  ==================  ==================

    A has 2 + 2/2 + 2/3, B has 2/2 + 2/3, C has 2/3 + 1; together 7.
    """
    group, start, end = _unions(group, start, end)
    if not len(group):
        return np.zeros(groups)
    moments = np.unique(np.concatenate([start, end, *windows]))
    lasting = np.diff(moments)
    lasting[_open(moments, *windows)[:-1] == 0] = 0
    together = _open(moments, start, end)[:-1]
    first, last = np.searchsorted(moments, start), np.searchsorted(moments, end)
    divided = np.zeros(groups)
    for count in np.unique(together[(lasting > 0) & (together > 0)]).tolist():
        so_far = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.where(together == count, lasting, 0))])
        whole = np.zeros(groups, np.int64)
        np.add.at(whole, group, so_far[last] - so_far[first])
        divided += whole / count
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
