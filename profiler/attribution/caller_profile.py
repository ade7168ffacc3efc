"""A profile of callers, as cProfile makes one, from the exact stacks of a trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from ..readers.code_places import CodePlaces, Frame
from ..readers.pstats import Profile
from ..tables import spec
from ..tables.profile import EDGES, FUNCTIONS
from ..tables.spec import Table
from .stacks import Stacks

PS_A_SECOND = 10**12


@dataclass
class _Sums:
    """The running sums of one function or edge."""

    primitive_calls: int = 0
    calls: int = 0
    self_ps: int = 0
    cumulative_ps: int = 0

    def add(self, calls: int, self_ps: int, inclusive_ps: int, recursive: bool) -> None:
        self.calls += calls
        self.self_ps += self_ps
        if not recursive:
            self.primitive_calls += calls
            self.cumulative_ps += inclusive_ps


def frames(stacks: Stacks, places: CodePlaces) -> list[Frame]:
    """Return what the last frame of every stack means."""
    names = stacks.table.coded("name")
    meant = [places.frame(name) for name in (*names.values, "")]
    return [meant[code] for code in names.codes.tolist()]


def make(stacks: Stacks, places: CodePlaces) -> Profile:
    """Return the stacks as a profile of callers, with the same self times.

    A function's cumulative time counts recursion once; an edge's counts what lies within the same edge once,
    as cProfile does it.
    """
    meant = frames(stacks, places)
    calls, self_ps, inclusive_ps = (
        stacks.table.array(name).tolist() for name in ("calls", "self_ps", "inclusive_ps")
    )
    functions: dict[Frame, _Sums] = {}
    edges: dict[tuple[Frame, Frame], _Sums] = {}
    open_functions: Counter[Hashable] = Counter()
    open_edges: Counter[Hashable] = Counter()
    path: list[Frame] = []
    for row, depth in stacks.walk():
        while len(path) > depth:
            _close(path, open_functions, open_edges)
        frame = meant[row]
        figures = (calls[row], self_ps[row], inclusive_ps[row])
        functions.setdefault(frame, _Sums()).add(*figures, recursive=open_functions[frame] > 0)
        if path:
            edge = (path[-1], frame)
            edges.setdefault(edge, _Sums()).add(*figures, recursive=open_edges[edge] > 0)
            open_edges[edge] += 1
        open_functions[frame] += 1
        path.append(frame)
    return Profile(_functions(functions), _edges(edges, list(functions)))


def _close(path: list[Frame], open_functions: Counter[Hashable], open_edges: Counter[Hashable]) -> None:
    last = path.pop()
    open_functions[last] -= 1
    if path:
        open_edges[path[-1], last] -= 1


def _functions(functions: Mapping[Frame, _Sums]) -> Table:
    return spec.make(
        FUNCTIONS,
        path=[frame.path for frame in functions],
        line=[frame.line for frame in functions],
        name=[frame.name for frame in functions],
        **_columns(list(functions.values())),
    )


def _edges(edges: Mapping[tuple[Frame, Frame], _Sums], order: list[Frame]) -> Table:
    row_of = {frame: row for row, frame in enumerate(order)}
    return spec.make(
        EDGES,
        caller=[row_of[caller] for caller, _ in edges],
        callee=[row_of[callee] for _, callee in edges],
        **_columns(list(edges.values())),
    )


def _columns(sums: list[_Sums]) -> dict[str, list[int] | list[float]]:
    return {
        "primitive_calls": [one.primitive_calls for one in sums],
        "calls": [one.calls for one in sums],
        "self_s": [one.self_ps / PS_A_SECOND for one in sums],
        "cumulative_s": [one.cumulative_ps / PS_A_SECOND for one in sums],
    }
