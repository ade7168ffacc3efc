"""A profile's functions and edges by label, and where the measured calls lie in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...protocol.soundness import check_edge
from ...protocol.spec import CaptureManifest
from ...protocol.vocabulary import Label
from ...readers.pstats import Profile


@dataclass(frozen=True)
class Window:
    """The measured calls of a capture: how many, their time by the harness's clock, and the edge into them.

    ``harness`` and ``wrapper`` are the labels of the harness's frame and of the entry point's outermost
    frame; ``entry_point`` is what was called.
    """

    calls: int
    window_ns: int
    harness: Label
    wrapper: Label
    entry_point: str

    @staticmethod
    def of(manifest: CaptureManifest) -> Window | None:
        """Return the window that a capture's manifest describes, or None when it names no wrapper."""
        calls, window_ns = manifest.calls, manifest.window_ns
        if manifest.harness is None or manifest.wrapper is None or calls is None or window_ns is None:
            return None
        return Window(calls, window_ns, manifest.harness, manifest.wrapper, manifest.entry_point)


@dataclass(frozen=True)
class Edge:
    """One function called by another: all its calls, self and inclusive time in s."""

    calls: int
    self_s: float
    cumulative_s: float


# The path that a profile gives to functions written in C.
C_FUNCTIONS = "~"
NO_EDGE = Edge(0, 0.0, 0.0)


class ProfileIndex:
    """Looks functions and edges of a profile up by label."""

    def __init__(self, profile: Profile) -> None:
        functions, edges = profile.functions, profile.edges
        labels = zip(
            functions.coded("path").decode(),
            functions.array("line").tolist(),
            functions.coded("name").decode(),
            strict=True,
        )
        self._rows: dict[Label, int] = {label: row for row, label in enumerate(labels)}
        self._in_python = np.array([*(path != C_FUNCTIONS for path, _, _ in self._rows), False])
        self._cumulative = functions.array("cumulative_s")
        self._calls = functions.array("calls")
        self._primitive_calls = functions.array("primitive_calls")
        self._self = functions.array("self_s")
        pairs = zip(edges.array("caller").tolist(), edges.array("callee").tolist(), strict=True)
        self._edges = {pair: row for row, pair in enumerate(pairs)}
        self._edge_table = edges

    def row(self, label: Label) -> int | None:
        """Return the row of a function, or None."""
        return self._rows.get(label)

    def cumulative_s(self, row: int) -> float:
        """Return a function's inclusive time, recursion once."""
        return float(self._cumulative[row])

    def calls(self, row: int) -> int:
        """Return all calls of a function."""
        return int(self._calls[row])

    def primitive_calls(self, row: int) -> int:
        """Return the calls of a function that was not already on the stack."""
        return int(self._primitive_calls[row])

    def self_s(self, row: int) -> float:
        """Return a function's own time."""
        return float(self._self[row])

    def python_callees_s(self, row: int) -> float:
        """Return the inclusive time of the Python functions that a function called itself, recursion once."""
        table = self._edge_table
        callees = table.array("callee")
        chosen = (table.array("caller") == row) & (callees != row) & self._in_python[callees]
        return float(table.array("cumulative_s")[chosen].sum())

    def edge(self, caller: int, callee: int) -> Edge:
        """Return the edge from one function to another; zeros when it was never called from there."""
        row = self._edges.get((caller, callee))
        if row is None:
            return NO_EDGE
        table = self._edge_table
        return Edge(
            int(table.array("calls")[row]),
            float(table.array("self_s")[row]),
            float(table.array("cumulative_s")[row]),
        )


def unsound(index: ProfileIndex, window: Window) -> str | None:
    """Return why the profile cannot be the measured calls, or None when it can be believed."""
    caller, callee = index.row(window.harness), index.row(window.wrapper)
    if caller is None or callee is None:
        return "the profile lacks the frame that made the measured calls"
    edge = index.edge(caller, callee)
    return check_edge(window.calls, window.window_ns, edge.calls, round(edge.cumulative_s * 1e9))
