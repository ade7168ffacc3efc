"""Which functions stand above others on every stack: the dominators of a call graph.

Only those of a few functions are asked for, so that a walk up from them is enough, over their own ancestors
alone. On one way up, a function stands above on every stack where no other way leads around it.
"""

from __future__ import annotations

from collections.abc import Collection

from .adjacency import Adjacency


def common(callers: Adjacency, roots: Collection[int], rows: Collection[int]) -> set[int]:
    """Return the functions that stand above all of some on every stack, themselves left out.

    Args:
        callers: of each function.
        roots: where a stack may begin.
        rows: the functions. Nothing stands above one that no root reaches.
    """
    ways = [_way_up(callers, roots, row) for row in rows]
    if not ways or not all(ways):
        return set()
    way = min(ways, key=len)
    place = {row: number for number, row in enumerate(way)}
    found: set[int] = set()
    farthest, seen, pending = -1, {*rows}, [*rows]
    for number, row in enumerate(way):
        # all that is met without passing the way at this place or above it
        while pending:
            one = pending.pop()
            if place.get(one, -1) >= number:
                farthest = max(farthest, place[one])
                continue
            if one in roots:
                farthest = len(way)
            for caller in callers.heads(one):
                if caller not in seen:
                    seen.add(caller)
                    pending.append(caller)
        if farthest == number:
            found.add(row)
        pending.append(row)
    return found - {*rows}


def _way_up(callers: Adjacency, roots: Collection[int], start: int) -> list[int]:
    """Return one of the shortest ways from a function up to a root, both included; empty if there is none."""
    below: dict[int, int | None] = {start: None}
    pending = [start]
    for row in pending:
        if row in roots:
            way = [row]
            while (under := below[way[-1]]) is not None:
                way.append(under)
            return way[::-1]
        for caller in callers.heads(row):
            if caller not in below:
                below[caller] = row
                pending.append(caller)
    return []
