"""A profile of callers as a graph, and how much of a function's time lies within another's calls.

A profile keeps one level of callers, so that a function which two others reach cannot be split between
them. It can be bounded. Time on the stack flows along the edges from caller to callee, and an edge holds no
more than its inclusive time. What flows to a function on paths that avoid the entry point, once the entry
point has got all of its own time, is the most that can lie outside its calls; what flows out of the entry
point is the most that can lie inside. Both are maximum flows. What the entry point may take within the
function itself, where that calls it in turn, has to be added to the first. Recursion makes edges hold more
than what truly flows, which widens the bounds and never narrows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from ...readers.pstats import Profile
from .. import circles
from . import dominators
from .adjacency import Adjacency, Flags, Ints, met_by_others

Floats = npt.NDArray[np.float64]

UNITS = 1e8
"""All time of a profile in units of a flow, which are 32-bit integers."""
LONGEST = 1e12
"""All functions of a program together take no longer, in s (30 thousand years), nor have more samples."""
MOST_DROPPED = 1e-4
"""Edges are left out of a flow while they hold less than this part of an entry point's time together."""
MANY_EDGES = 2000
MANY_REACHED = 16
"""Of more functions than these that reach each other, only the heaviest is a least weight."""


@dataclass(frozen=True)
class Bounds:
    """The least and the most that a weight can be."""

    low: float
    high: float


class CallGraph:
    """Functions and edges of a profile with their weight: inclusive seconds, or samples."""

    def __init__(self, profile: Profile) -> None:
        functions, edges = profile.functions, profile.edges
        column = "cumulative_s" if profile.samples is None else "calls"
        self.sampled = profile.samples is not None
        self.paths = functions.coded("path").decode()
        self.names = functions.coded("name").decode()
        self.lines: list[int] = functions.array("line").tolist()
        self.weight: Floats = functions.array(column).astype(np.float64)
        self.calls: Ints = functions.array("calls")
        self.primitive_calls: Ints = functions.array("primitive_calls")
        self.caller: Ints = edges.array("caller")
        self.callee: Ints = edges.array("callee")
        self.edge_weight: Floats = edges.array(column).astype(np.float64)
        self.edge_calls: Ints = edges.array("calls")
        self._unions: dict[tuple[int, ...], Bounds] = {}
        self._met: dict[tuple[int, ...], set[int]] = {}
        self._leads: dict[tuple[int, ...], Flags] = {}
        self.total = float(
            _sum(functions.array("self_s")) if profile.samples is None else profile.samples.total
        )

    @property
    def is_possible(self) -> bool:
        """Whether all its time together is no more than a program can take."""
        return _sum(self.weight) <= LONGEST and _sum(self.edge_weight) <= LONGEST

    def __len__(self) -> int:
        return len(self.paths)

    @cached_property
    def rows_of(self) -> dict[tuple[str, str], list[int]]:
        """The rows of each path and name, whatever the line."""
        found: dict[tuple[str, str], list[int]] = {}
        for row, function in enumerate(zip(self.paths, self.names, strict=True)):
            found.setdefault(function, []).append(row)
        return found

    @cached_property
    def _callers(self) -> Adjacency:
        return Adjacency(self.callee, self.caller, len(self))

    @cached_property
    def _callees(self) -> Adjacency:
        return Adjacency(self.caller, self.callee, len(self))

    def edges_into(self, row: int) -> list[int]:
        """Return the edges that lead to a function."""
        return self._callers.edges(row)

    def edges_from(self, row: int) -> list[int]:
        """Return the edges that lead from a function."""
        return self._callees.edges(row)

    def union(self, rows: Sequence[int]) -> Bounds:
        """Return the weight of functions together: time with one or more of them on the stack.

        What one of them called of another counts once. It is exact unless they reach each other through
        other functions, whose callers are not known.
        """
        key = tuple(sorted(rows))
        if key not in self._unions:
            self._unions[key] = self._union(key)
        return self._unions[key]

    def _union(self, rows: Sequence[int]) -> Bounds:
        weights = self.weight[list(rows)]
        alone, whole = float(weights.max(initial=0)), _sum(weights)
        apart = max(alone, whole - _sum(self.edge_weight[self._inside(rows)]))
        if self._are_apart(rows):
            return Bounds(apart, apart)
        first, slack = self._flow(self.sources, rows, rows, alone)
        high = max(alone, min(whole, first + slack))
        reached = sorted(self._reached(rows))
        low = alone if len(reached) > MANY_REACHED else apart - sum(self._again(row, rows) for row in reached)
        return Bounds(min(high, max(alone, low)), high)

    def _again(self, row: int, rows: Sequence[int]) -> float:
        """Return the most that a function may hold below others of ``rows``, called by none of them."""
        leaving = np.isin(self.caller, [one for one in rows if one != row]) & ~np.isin(self.callee, rows)
        starts = np.bincount(self.callee[leaving], self.edge_weight[leaving], len(self)).astype(np.float64)
        ends = [*rows, *self._above(rows)]
        starts[ends] = 0.0
        held, slack = self._flow(starts, ends, [row], float(self.weight[row]))
        return min(float(self.weight[row]), held + slack)

    def entries(self, rows: Sequence[int]) -> int | None:
        """Return how often functions were entered from outside: neither from one of them nor recursively.

        It is None where they reach each other through other functions, whose callers are not known.
        """
        if not self._are_apart(rows):
            return None
        inside = self._inside(rows)
        return max(0, int(self.primitive_calls[list(rows)].sum() - self.edge_calls[inside].sum()))

    def _are_apart(self, rows: Sequence[int]) -> bool:
        """Return whether functions call each other directly or not at all, and in no circle."""
        return len(rows) < 2 or not (self.is_mutual(rows) or self._reached(rows))

    def _reached(self, rows: Sequence[int]) -> set[int]:
        """Return those of some functions that another of them reaches through functions that are none."""
        key = tuple(sorted(rows))
        if key not in self._met:
            barred = self._above(key)
            self._met[key] = met_by_others(self.caller, self.callee, key, barred, len(self))
        return self._met[key]

    def _above(self, rows: Sequence[int]) -> set[int]:
        """Return functions that are above all of some on every stack, and so in none of their calls.

        They never run within themselves.
        """
        if self.sampled:
            return set()
        once = self.calls == self.primitive_calls
        return {row for row in dominators.common(self._callers, self._roots, rows) if once[row]}

    @cached_property
    def _roots(self) -> set[int]:
        return {*np.flatnonzero(self._starts).tolist()}

    @cached_property
    def _starts(self) -> npt.NDArray[np.bool_]:
        """Whether the program enters each function without a caller that is known."""
        return self.calls > np.bincount(self.callee, self.edge_calls, len(self))

    def nested_calls(self, rows: Sequence[int]) -> int:
        """Return how often functions were entered while they were on the stack already."""
        return int((self.calls[list(rows)] - self.primitive_calls[list(rows)]).sum())

    def is_mutual(self, rows: Sequence[int]) -> bool:
        """Return whether some of the functions call each other in a circle."""
        inside = self._inside(rows)
        pairs = zip(self.caller[inside].tolist(), self.callee[inside].tolist(), strict=True)
        return circles.is_mutual(rows, pairs)

    def _inside(self, rows: Sequence[int]) -> Ints:
        chosen = np.isin(self.caller, rows) & np.isin(self.callee, rows) & (self.caller != self.callee)
        return np.flatnonzero(chosen)

    @cached_property
    def sources(self) -> Floats:
        """The weight with which the program enters each function without a caller that is known."""
        return np.where(self._starts, self.weight, 0.0)

    def outermost(self, rows: Sequence[int]) -> list[int]:
        """Return those of some functions that the program reaches without passing another of them."""
        kept = ~np.isin(self.caller, rows)
        roots = np.flatnonzero(self.sources > 0).tolist()
        found = Adjacency(self.caller[kept], self.callee[kept], len(self)).reached(roots)
        return [row for row in rows if found[row]]

    def nested(self, entry: Sequence[int], rows: Sequence[int]) -> float:
        """Return how much of an entry point at most lies within functions that it may call too."""
        starts = np.zeros(len(self))
        starts[list(rows)] = self.weight[list(rows)]
        starts[list(entry)] = 0.0
        weight = self.union(entry).high
        held, slack = self._flow(starts, entry, sorted(entry), weight)
        return min(weight, held + slack)

    def within(self, entry: Sequence[int], rows: Sequence[int], nested: float, tolerance: float) -> Bounds:
        """Return how much of the weight of ``rows`` lies within the calls of the entry point ``entry``.

        Args:
            entry: the entry point's rows.
            rows: the function's.
            nested: how much of the entry point may lie within them, as `nested` gives it.
            tolerance: the second bound is looked for where the first alone leaves more than this open.
        """
        total, held = self.union(rows), self.union(entry)
        outside, slack = self._flow(self.sources, entry, sorted({*entry, *rows}), held.high)
        beyond = max(0.0, outside + nested - held.low) + slack
        if nested:
            alone, slack = self._flow(self.sources, entry, sorted({*rows} - {*entry}), held.high)
            beyond = min(beyond, alone + slack)
        high = min(total.high, held.high)
        low = min(max(0.0, total.low - beyond), high)
        if high - low > tolerance:
            starts = np.zeros(len(self))
            starts[list(entry)] = self.weight[list(entry)]
            inside, slack = self._flow(starts, (), sorted({*rows} - {*entry}), held.high)
            high = max(low, min(high, inside + slack))
        return Bounds(low, high)

    def _flow(
        self, sources: Floats, ends: Sequence[int], sinks: Sequence[int], weight: float
    ) -> tuple[float, float]:
        """Return the most that flows from the sources into the sinks, and how much more it may be.

        Args:
            sources: what enters each function from nowhere.
            ends: functions that nothing leaves.
            sinks: where the flow goes; each takes no more than its weight.
            weight: of the entry point, against which what is left out is small.
        """
        edges, slack = self._notable(weight)
        leads = self._leads_to(sinks)
        edges = edges[leads[self.callee[edges]] & ~np.isin(self.caller[edges], list(ends))]
        begins = np.flatnonzero((sources > 0) & leads)
        source, sink = len(self), len(self) + 1
        unit = max(self.total, float(self.weight.max(initial=0)), 1e-12) / UNITS
        tails = np.concatenate([self.caller[edges], np.full(len(begins), source), sinks])
        heads = np.concatenate([self.callee[edges], begins, np.full(len(sinks), sink)])
        weights = np.concatenate([self.edge_weight[edges], sources[begins], self.weight[list(sinks)]])
        capacity = np.minimum(np.ceil(weights / unit), UNITS).astype(np.int32)
        return _flow_value(tails, heads, capacity, source, sink) * unit, slack

    def _leads_to(self, sinks: Sequence[int]) -> Flags:
        """Return which functions calls lead from to some, these included: nothing flows through others."""
        key = tuple(sorted(sinks))
        if key not in self._leads:
            self._leads[key] = self._callers.reached(key)
        return self._leads[key]

    @cached_property
    def _by_weight(self) -> tuple[Ints, Floats]:
        """The edges, the lightest first, and what they hold together up to each."""
        order = np.argsort(self.edge_weight, kind="stable")
        return order, np.cumsum(self.edge_weight[order])

    def _notable(self, weight: float) -> tuple[Ints, float]:
        """Return the edges that matter beside ``weight``, and what the others hold together."""
        order, held = self._by_weight
        if len(order) < MANY_EDGES:
            return order, 0.0
        first = int(np.searchsorted(held, MOST_DROPPED * weight, "right"))
        return order[first:], float(held[first - 1]) if first else 0.0


def _flow_value(tails: Ints, heads: Ints, capacity: npt.NDArray[np.int32], source: int, sink: int) -> int:
    """Return the most that flows from a source to a sink along edges; functions without any cost nothing."""
    kept = (capacity > 0) & (tails != heads)
    whole = np.concatenate([tails[kept], heads[kept], [source, sink]])
    named, places = np.unique(whole, return_inverse=True)
    ends, size = np.split(places[:-2], 2), len(named)
    graph = csr_array((capacity[kept], (ends[0], ends[1])), shape=(size, size))
    return int(maximum_flow(graph, int(places[-2]), int(places[-1])).flow_value)


def _sum(values: Floats) -> float:
    """Return a sum, which is infinite where the times exceed what any program can take."""
    with np.errstate(over="ignore"):
        return float(values.sum())
