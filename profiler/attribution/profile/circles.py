"""Functions that call each other in turn, whose times a profile of callers cannot tell apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

MUTUAL = "its functions call each other in turn, which a profile of callers cannot tell apart"


def circular(callers: npt.ArrayLike, callees: npt.ArrayLike) -> bool:
    """Return whether edges, each from a caller to another function, hold a circle.

    They do where some strongly connected component has more than one function.
    """
    tails, heads = np.asarray(callers, np.int64), np.asarray(callees, np.int64)
    known, places = np.unique(np.concatenate([tails, heads]), return_inverse=True)
    if not len(known):
        return False
    ones = np.ones(len(tails), np.int8)
    graph = csr_array((ones, (places[: len(tails)], places[len(tails) :])), shape=(len(known), len(known)))
    components, _ = connected_components(graph, directed=True, connection="strong")
    return int(components) < len(known)
