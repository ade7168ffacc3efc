"""Inclusive shares from a profile of callers: time with an internal on the stack, over the call window."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...catalogue.catalogue import TEARDOWN
from ...catalogue.presence import Place, Resolution
from ...protocol.vocabulary import Label
from .. import circles
from ..share import Share
from .index import ProfileIndex, Window

# Reading two clocks around the same calls can put a share this far above 1.
ROUNDING = 0.005


def measure(index: ProfileIndex, window: Window, resolutions: Mapping[str, Resolution]) -> dict[str, Share]:
    """Return each internal's inclusive share; the profile must be sound.

    The functions of an internal may call each other directly (those edges are taken off once); the
    catalogue keeps apart those that would call each other through others, which a profile of callers
    cannot tell. Entries from outside are the calls of a function that was not on the stack, less those that
    another function of the internal made.
    """
    found = {internal: _measure(index, window, resolution) for internal, resolution in resolutions.items()}
    found[TEARDOWN] = _teardown(index, window, resolutions["predict"])
    return found


def _measure(index: ProfileIndex, window: Window, resolution: Resolution) -> Share:
    if resolution.unmeasured is not None:
        return Share.none(resolution.unmeasured)
    rows = [row for row in (index.row(_label(place)) for place in resolution.measured) if row is not None]
    if not rows:
        return Share.none("entered in the inspected call, but not in this profile")
    inside = {(a, b): index.edge(a, b) for a in rows for b in rows if a != b and index.edge(a, b).calls}
    if circles.is_mutual(rows, inside):
        return Share.none(circles.MUTUAL)
    return _share(
        sum(index.cumulative_s(row) for row in rows) - sum(edge.cumulative_s for edge in inside.values()),
        sum(index.primitive_calls(row) for row in rows) - sum(edge.calls for edge in inside.values()),
        sum(index.calls(row) for row in rows),
        window,
    )


def _teardown(index: ProfileIndex, window: Window, predict: Resolution) -> Share:
    """Return what is left of the call beside the predict frame: what the edge into the wrapper has more.

    Finalizers that are Python functions are part of it. Where predict has no wrapper, it is the harness's own
    time and theirs, but no more than the window has beside predict: the harness also counts and keeps the
    times between the calls.
    """
    if predict.unknown is not None:
        return Share.none(predict.unknown)
    caller, callee = index.row(window.harness), index.row(window.wrapper)
    if window.entry_point != "predict" or predict.presence != "present" or caller is None or callee is None:
        return Share.none("only a call of predict has a predict frame")
    frames = [_label(place) for place in predict.measured]
    edge = index.edge(caller, callee)
    if window.wrapper in frames:
        beside_s = max(0.0, window.window_ns / 1e9 - edge.cumulative_s)
        own_s = index.self_s(caller) + index.python_callees_s(caller) - edge.cumulative_s
        return _share(min(own_s, beside_s), window.calls, window.calls, window)
    inside = [index.edge(callee, row) for row in map(index.row, frames) if row is not None]
    if not any(one.calls for one in inside):
        return Share.none("the model's own predict stands around that of Keras")
    beside_s = max(0.0, edge.cumulative_s - sum(one.cumulative_s for one in inside))
    return _share(beside_s, window.calls, window.calls, window)


def _share(seconds: float, outside: int, entries: int, window: Window) -> Share:
    share = seconds * 1e9 / window.window_ns
    if not 0 <= share <= 1 + ROUNDING:
        return Share.none(f"the profile puts {share:.0%} of the window into it, which cannot be")
    return Share(
        float(np.clip(share, 0, 1)),
        outside / window.calls,
        entries_per_call=entries / window.calls,
    )


def _label(place: Place) -> Label:
    return (place.path, place.line, place.name)
