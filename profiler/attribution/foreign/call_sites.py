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
"""Of more users of a wrapper nobody tries every choice."""
SLACK = 1e-6
"""Times of a profile add up to within this part of them."""


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
    does not tell which caller of the wrapper called which function in it. Callers are known where one choice
    of them alone fits the calls and the time, or where there is only one outside the framework.
    """
    direct: list[CallSite] = []
    wrapped: list[Sites] = []
    for edge in [edge for row in entry for edge in graph.edges_into(row)]:
        caller = int(graph.caller[edge])
        if caller in entry:
            continue
        if _is_wrapper(graph, caller):
            wrapped.append(_through(graph, edge))
        else:
            direct.append(_site(graph, edge))
    windows = [site.seconds for site in direct] + [one.window_seconds for one in wrapped]
    known = [seconds for seconds in windows if seconds is not None]
    every = _merged([*direct, *(site for one in wrapped for site in one.sites)])
    whole = sum(known) if known and len(known) == len(windows) else None
    outside = any(not recognition.is_framework(site.path) for site in direct)
    return Sites(every, whole, outside)


def _through(graph: CallGraph, edge: int) -> Sites:
    """Return who called an entry point through a wrapper, whose edge into the entry point is given."""
    wrapper = int(graph.caller[edge])
    edges = [one for one in graph.edges_into(wrapper) if int(graph.caller[one]) != wrapper]
    users = _users(graph, wrapper) or edges
    choices = _choices(graph, edge, users) if len(users) <= MOST_USERS else []
    if len(choices) == 1:
        sites = [_site(graph, one) for one in choices[0]]
        return Sites(tuple(sites), sum(site.seconds or 0.0 for site in sites))
    only = int(graph.edge_calls[edge]) if len(users) == 1 else None
    every = [_site(graph, one) for one in users]
    return Sites(tuple(CallSite(one.path, one.line, one.name, only) for one in every), None)


def _choices(graph: CallGraph, edge: int, users: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the sets of users that may have made the wrapper's calls of an entry point; two at most.

    All calls of a user go to one function of the wrapper's. So those of the chosen are as many as the calls
    on the edge, they have at least its time, and the others at least that of the wrapper's other callees.
    Predict is called 5 times, for 7 s, and fit once, for 2 s, by two users of the wrapper::

        user    calls    s    chosen alone        calls = 5    s >= 7    other s >= 2
        main        5    8    main                yes          yes       2: yes
        other       1    2    other               1: no
        both        6   10    both                6: no
    """
    calls, seconds = int(graph.edge_calls[edge]), float(graph.edge_weight[edge])
    wrapper = int(graph.caller[edge])
    beside = (one for one in graph.edges_from(wrapper) if one != edge)
    served = [one for one in beside if _is_wrapped(graph, wrapper, int(graph.callee[one]))]
    others_s = sum(float(graph.edge_weight[one]) for one in served)
    whole = sum(float(graph.edge_weight[one]) for one in users)
    slack = SLACK * whole
    found: list[tuple[int, ...]] = []
    for size in range(1, len(users) + 1):
        for chosen in itertools.combinations(users, size):
            held = sum(float(graph.edge_weight[one]) for one in chosen)
            if (
                sum(int(graph.edge_calls[one]) for one in chosen) == calls
                and held >= seconds - slack
                and whole - held >= others_s - slack
            ):
                found.append(chosen)
                if len(found) > 1:
                    return found
    return found


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
