"""Which functions stand above others on every stack: the dominators of a call graph.

Source: Cooper, Harvey and Kennedy (2001), "A simple, fast dominance algorithm".
"""

from __future__ import annotations

from collections.abc import Sequence

UNREACHED = -1


def immediate(callees: Sequence[Sequence[int]], roots: Sequence[int]) -> list[int]:
    """Return the nearest function that stands above each on every stack.

    Args:
        callees: of each function.
        roots: where a stack may begin; above them stands ``len(callees)``.

    Returns:
        One a function; `UNREACHED` where no root reaches it.
    """
    top = len(callees)
    order = _postorder(callees, roots)
    place = {row: number for number, row in enumerate(order)}
    callers: list[list[int]] = [[] for _ in callees]
    for row in order[:-1]:
        for callee in callees[row]:
            callers[callee].append(row)
    for root in roots:
        callers[root].append(top)
    above = [UNREACHED] * top + [top]
    changed = True
    while changed:
        changed = False
        for row in reversed(order[:-1]):
            found = UNREACHED
            for caller in callers[row]:
                if above[caller] != UNREACHED:
                    found = caller if found == UNREACHED else _meeting(above, place, found, caller)
            if above[row] != found:
                above[row], changed = found, True
    return above[:-1]


def common(above: Sequence[int], rows: Sequence[int]) -> set[int]:
    """Return the functions that stand above all of some on every stack, by what `immediate` returned."""
    return set[int].intersection(*(_chain(above, row) for row in rows)) if rows else set()


def _chain(above: Sequence[int], row: int) -> set[int]:
    found = set()
    while (row := above[row]) not in (UNREACHED, len(above)):
        found.add(row)
    return found


def _meeting(above: Sequence[int], place: dict[int, int], first: int, second: int) -> int:
    while first != second:
        if place[first] < place[second]:
            first = above[first]
        else:
            second = above[second]
    return first


def _postorder(callees: Sequence[Sequence[int]], roots: Sequence[int]) -> list[int]:
    """Return the functions that the roots reach, each after those that it calls first; the top is last."""
    found: list[int] = []
    seen: set[int] = set()
    pending = [(len(callees), iter(roots))]
    while pending:
        row, left = pending[-1]
        callee = next((one for one in left if one not in seen), None)
        if callee is None:
            found.append(row)
            pending.pop()
        else:
            seen.add(callee)
            pending.append((callee, iter(callees[callee])))
    return found
