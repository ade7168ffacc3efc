"""Which functions lead to which in a graph of calls, searched one way: down to callees, or up to callers.

Searches over a whole graph run in SciPy, since a program with TensorFlow has tens of thousands of edges.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Adjacency:
    """The edges of each function in one direction, from their tails to their heads."""

    def __init__(self, tails: Ints, heads: Ints, size: int) -> None:
        self._order = np.argsort(tails, kind="stable")
        self._heads = heads[self._order].astype(np.int32)
        self._bounds = np.searchsorted(tails[self._order], np.arange(size + 1)).astype(np.int32)

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def edges(self, row: int) -> list[int]:
        """Return the edges of a function, in the order of the profile."""
        order, _, bounds = self._lists
        return order[bounds[row] : bounds[row + 1]]

    def heads(self, row: int) -> list[int]:
        """Return the functions at the other end of its edges, one an edge."""
        _, heads, bounds = self._lists
        return heads[bounds[row] : bounds[row + 1]]

    @cached_property
    def _lists(self) -> tuple[list[int], list[int], list[int]]:
        """The edges, their heads, and where each function's begin: as lists, which Python reads fastest."""
        return self._order.tolist(), self._heads.tolist(), self._bounds.tolist()

    def reached(self, rows: Collection[int]) -> Flags:
        """Return whether edges lead to each function from one of ``rows``, which are reached themselves."""
        top = len(self)
        heads = np.concatenate([self._heads, np.fromiter(rows, np.int32, len(rows))])
        bounds = np.append(self._bounds, np.int32(len(heads)))
        graph = csr_array((np.ones(len(heads)), heads, bounds), shape=(top + 1, top + 1))
        found = np.zeros(top + 1, np.bool_)
        found[breadth_first_order(graph, top, return_predecessors=False)] = True
        return found[:top]


def met_by_others(
    tails: Ints, heads: Ints, rows: Sequence[int], barred: Collection[int], size: int
) -> set[int]:
    """Return those of some functions that edges lead to from another of them, through others in between.

    Nothing leads through one of ``rows`` or of ``barred``. The places of two functions in a list differ in
    some binary digit, so that two searches a digit, from all that have it and all that have not, find every
    pair.
    """
    ends, closed, places = np.zeros(size, np.bool_), np.zeros(size, np.bool_), np.zeros(size, np.int64)
    ends[list(rows)] = True
    closed[[*rows, *barred]] = True
    places[list(rows)] = np.arange(len(rows))
    inner, last = ~closed[heads], np.flatnonzero(ends[heads] & ~ends[tails])
    between = Adjacency(tails[inner], heads[inner], size)
    found: set[int] = set()
    for digit in range((len(rows) - 1).bit_length() if rows else 0):
        for value in (0, 1):
            reached = between.reached([row for place, row in enumerate(rows) if place >> digit & 1 == value])
            met = heads[last[reached[tails[last]]]]
            found.update(met[(places[met] >> digit & 1) != value].tolist())
    return found
