"""A profile of callers as a tree to read: the heaviest callees below each caller.

It is a call graph and no tree of stacks: the numbers of a line are those of one function called by another,
whoever called that one. So a function's callees are shown once, below the caller that gave it the most time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...catalogue import recognition
from ...catalogue.catalogue import Catalogue
from ...readers.pstats import Profile
from .call_graph import CallGraph

SMALLEST = 1e-12
"""Edges without time are never shown."""
RECURSIVE, SHOWN_ABOVE = "recursive, cut", "its callees are above"


@dataclass(frozen=True)
class GraphNode:
    """One function called by the one above it.

    Attributes:
        depth: how far below a root.
        path, line, name: the function.
        internal: the internal that it is a function of, or None.
        calls: all calls by its caller, or samples; of a root all.
        weight: inclusive seconds in those calls, or samples.
        share: that over the whole program.
        cut: why its callees are not below it; empty where they are.
    """

    depth: int
    path: str
    line: int
    name: str
    internal: str | None
    calls: int
    weight: float
    share: float
    cut: str = ""


@dataclass(frozen=True)
class GraphTree:
    """The lines of a call graph, each caller before its callees, and the whole program's time or samples."""

    nodes: tuple[GraphNode, ...]
    total: float
    sampled: bool


def view(profile: Profile, catalogue: Catalogue, least_share: float) -> GraphTree:
    """Return the call graph of a profile; what holds less than ``least_share`` of the program is left out."""
    graph = CallGraph(profile)
    walk = _Walk(graph, _internals(graph, catalogue), least_share)
    roots = np.flatnonzero((graph.sources > 0) & (graph.weight >= least_share * graph.total)).tolist()
    for row in sorted(roots, key=lambda one: -graph.weight[one]):
        walk.visit(row)
    return GraphTree(tuple(walk.nodes), graph.total, profile.samples is not None)


def _internals(graph: CallGraph, catalogue: Catalogue) -> Mapping[tuple[str, str], str]:
    match = recognition.by_path(catalogue, graph.rows_of)
    family = catalogue.named(match.family)
    if family is None:
        return {}
    return {
        function: internal
        for internal, functions in reversed(list(recognition.roles(family).items()))
        for function in functions
    }


class _Pending(NamedTuple):
    """A function that is to be shown, how many are above it, and its calls and weight there."""

    row: int
    depth: int
    calls: int
    weight: float


class _Walk:
    """Goes down from a root, the heaviest callee first."""

    def __init__(
        self, graph: CallGraph, internals: Mapping[tuple[str, str], str], least_share: float
    ) -> None:
        self.nodes: list[GraphNode] = []
        self._graph = graph
        self._internals = internals
        self._least = max(least_share * graph.total, SMALLEST)
        self._expanded: set[int] = set()

    def visit(self, root: int) -> None:
        graph = self._graph
        pending: list[_Pending] = [_Pending(root, 0, int(graph.calls[root]), float(graph.weight[root]))]
        above: dict[int, None] = {}
        while pending:
            row, depth, calls, weight = pending.pop()
            while len(above) > depth:
                above.popitem()
            cut = RECURSIVE if row in above else SHOWN_ABOVE if row in self._expanded else ""
            edges = [edge for edge in graph.edges_from(row) if graph.edge_weight[edge] >= self._least]
            self.nodes.append(self._node(row, depth, calls, weight, cut if edges else ""))
            if cut:
                continue
            self._expanded.add(row)
            above[row] = None
            for edge in sorted(edges, key=lambda one: float(graph.edge_weight[one])):
                callee = int(graph.callee[edge])
                held = int(graph.edge_calls[edge]), float(graph.edge_weight[edge])
                pending.append(_Pending(callee, depth + 1, *held))

    def _node(self, row: int, depth: int, calls: int, weight: float, cut: str) -> GraphNode:
        graph = self._graph
        path, name = graph.paths[row], graph.names[row]
        internal = self._internals.get((recognition.canonical(path), name))
        share = min(1.0, weight / graph.total) if graph.total else 0.0
        return GraphNode(depth, path, graph.lines[row], name, internal, calls, weight, share, cut)
