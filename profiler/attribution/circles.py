"""Functions that call each other in a circle, whose time together a profile of callers does not tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

MUTUAL = "its functions call each other in turn, which a profile of callers cannot tell apart"


def is_mutual(rows: Collection[int], calls: Iterable[tuple[int, int]]) -> bool:
    """Return whether some of the rows call each other in a circle; a row that calls itself is none.

    Args:
        rows: the functions.
        calls: pairs of a caller and its callee, both of the rows.
    """
    numbers = {row: number for number, row in enumerate(sorted({*rows}))}
    pairs = [(numbers[caller], numbers[callee]) for caller, callee in calls]
    if not pairs:
        return False
    tails, heads = np.array(pairs, dtype=np.int64).T
    graph = csr_array((np.ones(len(pairs)), (tails, heads)), shape=(len(numbers), len(numbers)))
    circles, _ = connected_components(graph, directed=True, connection="strong")
    return bool(circles < len(numbers))
