"""Keras's calls in a profile of callers that someone else made, and the internals' shares within them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...catalogue import recognition
from ...catalogue.catalogue import Catalogue, Family
from ...catalogue.recognition import FamilyMatch, Named
from ...readers.pstats import Profile
from ...statistics.proportions import binomial_interval
from .. import circles
from . import call_sites
from .call_graph import Bounds, CallGraph
from .call_sites import CALL
from .calls import Calls, Interval, Part

TOLERANCE = 0.02
"""A share is given where its bounds are no farther apart than this."""
ROUNDING = 1e-6
"""Bounds of a weight are one number where they are no farther apart than this part of it."""
SHORTEST = 1e-9
"""Calls that took less than this together, in s, have no shares: no clock is as fine."""
NEGLIGIBLE = 0.02
"""Functions of one name count as one where the others have no more than this part of its time."""
PREDICT = "predict"

AMBIGUOUS = "the file names several functions {name} in {path}, and not which of them it is"
IMPOSSIBLE = "its times are longer than any program takes"
UNNAMED = "the file names none of its functions"
NESTED = "layers call those in them through the same wrapper as the program's own code"
THROUGH = "its functions call each other through others, which a profile of callers cannot tell apart"
SHARED = "other calls reach it too, and a profile of callers does not tell them apart"


@dataclass(frozen=True)
class ProfileCalls:
    """What a profile says: the family that it fits, the entry points' calls, and all of its time.

    ``total`` is in seconds, or in samples where it was sampled.
    """

    family: FamilyMatch
    calls: tuple[Calls, ...]
    total: float


def find(profile: Profile, catalogue: Catalogue, spoiled: str | None) -> ProfileCalls:
    """Return what a profile of callers says of Keras's calls.

    Args:
        profile: the profile.
        catalogue: today's.
        spoiled: why no share may be taken from it; None where it is sound.
    """
    graph = CallGraph(profile)
    match = recognition.by_path(catalogue, graph.rows_of)
    family = catalogue.named(match.family)
    why = spoiled or (None if graph.is_possible else IMPOSSIBLE)
    reading = _Reading(graph, profile.samples is not None, why, _roles(graph, family))
    found = [reading.calls(name, rows) for name, rows in _entries(graph)]
    return ProfileCalls(match, ordered(found), graph.total)


def ordered(calls: Iterable[Calls]) -> tuple[Calls, ...]:
    """Return entry points as people look for them: predict, then by time, calls of layers last."""
    last = {PREDICT: 0, CALL: 2}
    return tuple(sorted(calls, key=lambda one: (last.get(one.entry_point, 1), -(one.share or 0))))


def _entries(graph: CallGraph) -> Iterator[tuple[str, list[int]]]:
    """Yield the rows of each of Keras's entry points that something outside the framework calls."""
    known = recognition.entry_points()
    for (path, name), rows in graph.rows_of.items():
        if not known.holds(path, name):
            continue
        if name != CALL or call_sites.from_outside(graph, rows):
            yield name, rows


def _roles(graph: CallGraph, family: Family | None) -> Mapping[str, list[list[int]]]:
    """Return the rows of each internal's functions that the profile names, those of one name together."""
    if family is None:
        return {}
    return {
        internal: [rows for function in functions if (rows := _rows(graph, function))]
        for internal, functions in recognition.roles(family).items()
    }


def _rows(graph: CallGraph, function: Named) -> list[int]:
    """Return the rows of a function, under every name that its package goes by."""
    path, name = function
    return [row for one in recognition.paths(path) for row in graph.rows_of.get((one, name), ())]


class _Window(NamedTuple):
    """An entry point's rows, its weight, and what of that may lie within the internals in turn."""

    entry: Sequence[int]
    weight: Bounds
    nested: float


@dataclass(frozen=True)
class _Reading:
    """How one profile is read."""

    graph: CallGraph
    sampled: bool
    spoiled: str | None
    roles: Mapping[str, list[list[int]]]

    def calls(self, name: str, rows: Sequence[int]) -> Calls:
        """Return what is known of an entry point."""
        graph = self.graph
        weight = graph.union(rows)
        spoiled = self.spoiled or (None if weight.high - weight.low <= ROUNDING * weight.high else THROUGH)
        known = spoiled is None
        sites = call_sites.find(graph, rows)
        nested = graph.nested_calls(rows)
        if name == CALL and not sites.direct:
            path, line = graph.paths[rows[0]], graph.lines[rows[0]]
            return Calls(name, path, line, None, None, None, call_sites=sites.sites, reason=NESTED)
        found = Calls(
            name,
            graph.paths[rows[0]],
            None if self.sampled else graph.lines[rows[0]],
            graph.entries(rows) if known and not self.sampled else None,
            weight.low if known and not self.sampled else None,
            self._share(weight.low, graph.total) if known else None,
            self._interval(weight.low, graph.total) if known else None,
            sites.sites,
            # a call within another would count twice
            sites.window_seconds if not self.sampled and not nested else None,
            nested if known and not self.sampled else None,
            reason=spoiled,
        )
        if not known or self.sampled:
            bare = (dataclasses.replace(one, calls=None, seconds=None) for one in sites.sites)
            found = dataclasses.replace(found, call_sites=tuple(bare), window_seconds=None)
        return dataclasses.replace(found, parts=self._parts(name, rows, weight))

    def _parts(self, name: str, entry: Sequence[int], weight: Bounds) -> dict[str, Part]:
        """Return what is known of every internal within an entry point."""
        every = {row for named in self.roles.values() for rows in named for row in rows} - {*entry}
        nested = self.graph.nested(entry, sorted(every)) if every and self.spoiled is None else 0.0
        window = _Window(entry, weight, nested)
        return {internal: self._part(internal, window) for internal in self.roles if internal != name}

    def _part(self, internal: str, window: _Window) -> Part:
        """Return what is known of an internal within an entry point."""
        named = self.roles[internal]
        if not named:
            return Part(None, reason=UNNAMED)
        rows: list[int] = []
        for of_one_name in named:
            chosen = self._chosen(of_one_name)
            if chosen is None:
                row = of_one_name[0]
                return Part(
                    None, reason=AMBIGUOUS.format(name=self.graph.names[row], path=self.graph.paths[row])
                )
            rows += chosen
        functions = tuple(
            f"{self.graph.paths[row]}:{self.graph.lines[row]} {self.graph.names[row]}" for row in rows
        )
        if self.spoiled is not None:
            return Part(None, functions=functions, reason=self.spoiled)
        if self.graph.is_mutual(rows):
            return Part(None, functions=functions, reason=circles.MUTUAL)
        return self._bounded(rows, window, functions)

    def _bounded(self, rows: Sequence[int], window: _Window, functions: tuple[str, ...]) -> Part:
        weight = window.weight
        calls = None if self.sampled else self.graph.entries(rows)
        if weight.low < SHORTEST:
            return Part(None, calls=calls, functions=functions, reason="the calls took no time")
        found = self.graph.within(window.entry, rows, window.nested, TOLERANCE * weight.low)
        low, high = found.low / weight.high, min(1.0, found.high / weight.low)
        if high - low > TOLERANCE:
            own = self.graph.union(rows)
            apart = own.high - own.low <= TOLERANCE * weight.low
            return Part(None, (low, high), None, calls, functions, SHARED if apart else THROUGH)
        middle = (low + high) / 2
        return Part(middle, (low, high), self._interval(middle * weight.low, weight.low), calls, functions)

    def _chosen(self, rows: Sequence[int]) -> list[int] | None:
        """Return the rows that stand for one function, or None where several may.

        Functions of one name in one file differ in their line alone, which no catalogue knows: the one in
        which the others run, or that has nearly all of their time, is taken.
        """
        if self.sampled or len(rows) == 1:
            return list(rows)
        largest = max(self.graph.weight[row] for row in rows)
        notable = [row for row in rows if self.graph.weight[row] > NEGLIGIBLE * largest] or list(rows)
        outer = self.graph.outermost(notable) if len(notable) > 1 else notable
        return outer if len(outer) == 1 else None

    def _share(self, weight: float, of: float) -> float | None:
        return min(1.0, weight / of) if of > 0 else None

    def _interval(self, weight: float, of: float) -> Interval | None:
        if not self.sampled or of <= 0:
            return None
        return binomial_interval(round(min(weight, of)), round(of))
