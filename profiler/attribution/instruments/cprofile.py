"""Inclusive shares from a cProfile capture: time with an internal on the stack, over the call window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...catalogue.catalogue import TEARDOWN
from ...catalogue.presence import Place, Standing
from ...protocol.soundness import check_edge
from ...protocol.spec import CaptureManifest
from ...readers.pstats import Profile

Label = tuple[str, int, str]

# Reading two clocks around the same calls can put a share this far above 1.
ROUNDING = 0.005


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


@dataclass(frozen=True)
class Inclusive:
    """One internal's share of the window and its entries a call; ``reason`` says why they are None."""

    share: float | None
    calls_per_call: float | None
    reason: str | None = None


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
        self._cumulative = functions.array("cumulative_s")
        self._calls = functions.array("calls")
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

    def self_s(self, row: int) -> float:
        """Return a function's own time."""
        return float(self._self[row])

    def edge(self, caller: int, callee: int) -> tuple[int, float, float]:
        """Return (calls, self s, cumulative s) of one function called by another; zeros when it never was."""
        row = self._edges.get((caller, callee))
        if row is None:
            return 0, 0.0, 0.0
        table = self._edge_table
        return (
            int(table.array("calls")[row]),
            float(table.array("self_s")[row]),
            float(table.array("cumulative_s")[row]),
        )


def unsound(index: ProfileIndex, window: Window) -> str | None:
    """Return why the profile cannot be the measured calls, or None when it can be believed."""
    caller, callee = index.row(window.harness), index.row(window.wrapper)
    if caller is None or callee is None:
        return "the profile lacks the frame that made the measured calls"
    calls, _, cumulative_s = index.edge(caller, callee)
    return check_edge(window.calls, window.window_ns, calls, round(cumulative_s * 1e9))


def measure(index: ProfileIndex, window: Window, standings: Mapping[str, Standing]) -> dict[str, Inclusive]:
    """Return each internal's inclusive share; the profile must not be `unsound`.

    The functions of an internal may call each other directly (those edges are taken off once); the
    catalogue keeps apart those that would call each other through others, which a profile of callers
    cannot tell.
    """
    found = {internal: _measure(index, window, standing) for internal, standing in standings.items()}
    found[TEARDOWN] = _teardown(index, window, standings["predict"])
    return found


def _measure(index: ProfileIndex, window: Window, standing: Standing) -> Inclusive:
    if standing.presence in ("absent", "not called"):
        return Inclusive(None, None, standing.presence)
    if standing.presence == "unknown":
        return Inclusive(None, None, "no inspected call tells which functions this release has")
    rows = [row for row in (index.row(_label(place)) for place in standing.measured) if row is not None]
    if not rows:
        return Inclusive(None, None, "entered in the inspected call, but not in this profile")
    inside = [index.edge(a, b) for a in rows for b in rows if a != b]
    seconds = sum(index.cumulative_s(row) for row in rows) - sum(edge[2] for edge in inside)
    calls = sum(index.calls(row) for row in rows) - sum(edge[0] for edge in inside)
    return _share(seconds, calls, window)


def _teardown(index: ProfileIndex, window: Window, predict: Standing) -> Inclusive:
    """Return what is left of the call after the predict frame: the self time of the edge into the wrapper.

    Where predict has no wrapper, it is the self time of the harness's frame, but no more than the window has
    beside predict: that frame also counts and keeps the times between the calls.
    """
    caller, callee = index.row(window.harness), index.row(window.wrapper)
    if window.entry_point != "predict" or predict.presence != "present" or caller is None or callee is None:
        return Inclusive(None, None, "only a call of predict has a predict frame")
    frames = [_label(place) for place in predict.measured]
    if window.wrapper in frames:
        beside_s = max(0.0, window.window_ns / 1e9 - index.edge(caller, callee)[2])
        return _share(min(index.self_s(caller), beside_s), window.calls, window)
    if not any(index.edge(callee, row)[0] for row in map(index.row, frames) if row is not None):
        return Inclusive(None, None, "the model's own predict stands around that of Keras")
    return _share(index.edge(caller, callee)[1], window.calls, window)


def _share(seconds: float, calls: int, window: Window) -> Inclusive:
    share = seconds * 1e9 / window.window_ns
    if not 0 <= share <= 1 + ROUNDING:
        return Inclusive(None, None, f"the profile puts {share:.0%} of the window into it, which cannot be")
    return Inclusive(float(np.clip(share, 0, 1)), calls / window.calls)


def _label(place: Place) -> Label:
    return (place.path, place.line, place.name)


def window_of(manifest: CaptureManifest) -> Window | None:
    """Return the window that a capture's manifest describes, or None when it names no wrapper."""
    calls, window_ns = manifest.calls, manifest.window_ns
    if manifest.harness is None or manifest.wrapper is None or calls is None or window_ns is None:
        return None
    return Window(calls, window_ns, manifest.harness, manifest.wrapper, manifest.entry_point)
