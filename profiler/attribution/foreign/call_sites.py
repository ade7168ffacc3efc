"""Who calls an entry point in a profile of callers: the callers of its outermost wrapper in Keras."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ...catalogue import catalogue, recognition
from .call_graph import CallGraph
from .calls import CallSite

CALL = "__call__"
MOST_USERS = 12
"""Of more callers of a wrapper than these, no choice is tried."""
ROUNDING = 1e-6
"""Times are compared to this part of them."""


@dataclass(frozen=True)
class Sites:
    """The callers of an entry point, and their time with its outermost frame, where each is known.

    ``direct`` says whether code outside the framework calls it without a wrapper.
    """

    sites: tuple[CallSite, ...]
    window_seconds: float | None
    direct: bool = False


def from_outside(graph: CallGraph, entry: Sequence[int]) -> bool:
    """Return whether code outside the framework is known to call a function, itself or through a wrapper.

    Through a wrapper it is known where that code called the wrapper more often than the wrapper called other
    functions of Keras.
    """
    callers = {int(graph.caller[edge]) for row in entry for edge in graph.edges_into(row)} - {*entry}
    if any(not recognition.is_framework(graph.paths[caller]) for caller in callers):
        return True
    for wrapper in (caller for caller in callers if _is_wrapper(graph, caller)):
        users = sum(int(graph.edge_calls[edge]) for edge in _users(graph, wrapper))
        callees = (
            (int(graph.callee[edge]), int(graph.edge_calls[edge])) for edge in graph.edges_from(wrapper)
        )
        if users > sum(calls for callee, calls in callees if _is_wrapped(graph, wrapper, callee)):
            return True
    return False


def _is_wrapped(graph: CallGraph, wrapper: int, callee: int) -> bool:
    """Return whether a program may have called a function through a wrapper; calls of layers left out."""
    path, own = graph.paths[callee], graph.paths[wrapper]
    return recognition.is_keras(path) and path != own and graph.names[callee] != CALL


def find(graph: CallGraph, entry: Sequence[int]) -> Sites:
    """Return the call sites of an entry point, those with the most time first.

    Keras wraps its entry points in one function that keeps its own frames out of tracebacks, and a profile
    does not tell which caller of the wrapper called which function in it. Each is taken to call one of them
    alone, and callers are known where one choice of them alone has the entry point's calls and time and
    leaves the others enough time for the rest.
    """
    direct: list[CallSite] = []
    wrapped: list[Sites] = []
    for edge in [edge for row in entry for edge in graph.edges_into(row)]:
        caller = int(graph.caller[edge])
        if caller in entry:
            continue
        if _is_wrapper(graph, caller):
            wrapped.append(_through(graph, caller, edge, entry))
        else:
            direct.append(_site(graph, edge))
    windows = [site.seconds for site in direct] + [one.window_seconds for one in wrapped]
    known = [seconds for seconds in windows if seconds is not None]
    every = _merged([*direct, *(site for one in wrapped for site in one.sites)])
    whole = sum(known) if known and len(known) == len(windows) else None
    outside = any(not recognition.is_framework(site.path) for site in direct)
    return Sites(every, whole, outside)


def _through(graph: CallGraph, wrapper: int, edge: int, entry: Sequence[int]) -> Sites:
    """Return who called an entry point through a wrapper, which calls it on an edge."""
    calls, seconds = int(graph.edge_calls[edge]), float(graph.edge_weight[edge])
    into = [one for one in graph.edges_into(wrapper) if int(graph.caller[one]) != wrapper]
    users = _users(graph, wrapper) or into
    left = _time_of_others(graph, wrapper, entry)
    fit = [
        chosen
        for chosen in ([] if graph.sampled else _choices(graph, users, calls))
        if _fits(graph, chosen, seconds, [one for one in into if one not in chosen], left)
    ]
    if len(fit) != 1:
        only = len(users) == 1
        sites = [_site(graph, one) for one in users]
        unknown = [CallSite(one.path, one.line, one.name, calls if only else None) for one in sites]
        return Sites(tuple(unknown), None)
    sites = [_site(graph, one) for one in fit[0]]
    return Sites(tuple(sites), sum(site.seconds or 0.0 for site in sites))


def _choices(graph: CallGraph, users: Sequence[int], calls: int) -> list[tuple[int, ...]]:
    """Return the choices of a wrapper's callers that call it so often together; none of too many callers."""
    if sum(int(graph.edge_calls[edge]) for edge in users) == calls:
        return [tuple(users)]
    if len(users) > MOST_USERS:
        return []
    every = (chosen for size in range(1, len(users)) for chosen in itertools.combinations(users, size))
    return [chosen for chosen in every if sum(int(graph.edge_calls[edge]) for edge in chosen) == calls]


def _fits(graph: CallGraph, chosen: Sequence[int], need: float, rest: Sequence[int], left: float) -> bool:
    """Return whether chosen edges hold the seconds that are needed, and the rest what is left."""
    held, spare = (float(graph.edge_weight[list(edges)].sum()) for edges in (chosen, rest))
    rounding = ROUNDING * (held + spare)
    return held >= need - rounding and spare >= left - rounding


def _time_of_others(graph: CallGraph, wrapper: int, entry: Sequence[int]) -> float:
    """Return the least time that callers need for what a program calls through a wrapper beside ``entry``.

    Where the wrapper runs within itself, what it calls may overlap: then it is that of the longest.
    """
    edges = [
        edge
        for edge in graph.edges_from(wrapper)
        if (callee := int(graph.callee[edge])) not in entry and _is_wrapped(graph, wrapper, callee)
    ]
    times = [float(graph.edge_weight[edge]) for edge in edges]
    nested = graph.calls[wrapper] > graph.primitive_calls[wrapper]
    return max(times, default=0.0) if nested else sum(times)


def _users(graph: CallGraph, wrapper: int) -> list[int]:
    """Return the edges from code outside the framework to a wrapper."""
    edges = graph.edges_into(wrapper)
    return [edge for edge in edges if not recognition.is_framework(graph.paths[int(graph.caller[edge])])]


def _site(graph: CallGraph, edge: int) -> CallSite:
    row = int(graph.caller[edge])
    return CallSite(
        graph.paths[row],
        graph.lines[row],
        graph.names[row],
        int(graph.edge_calls[edge]),
        float(graph.edge_weight[edge]),
    )


def _merged(sites: Sequence[CallSite]) -> tuple[CallSite, ...]:
    """Return sites by time, the same function once; what one of its entries does not know is unknown."""
    found: dict[tuple[str, int, str], CallSite] = {}
    for one in sites:
        key = (one.path, one.line, one.name)
        other = found.get(key)
        found[key] = one if other is None else CallSite(*key, _sum(other.calls, one.calls), None)
    return tuple(sorted(found.values(), key=lambda site: -(site.seconds or 0.0)))


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second


def _is_wrapper(graph: CallGraph, row: int) -> bool:
    path = graph.paths[row]
    named = f"{PurePosixPath(path).name} {graph.names[row]}"
    return recognition.is_framework(path) and named in catalogue.wrappers()
