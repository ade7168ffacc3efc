"""Time beyond a call's frames: between two calls, in garbage collections, and in what comes later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..protocol import growth as protocol
from ..protocol.growth import GENERATIONS, GrowthBlock
from ..protocol.instruments import SPEED, instrument
from ..runs.record import Capture
from .document import BeyondCalls, Collections, LaterCollection

OLDEST = GENERATIONS - 1


def beyond(captures: Sequence[Capture], found: Mapping[int, protocol.Growth]) -> BeyondCalls | None:
    """Return what lies beyond the calls of a variant; None where it was not recorded.

    Args:
        captures: the variant's.
        found: what `results.growth.read` returns of them.
    """
    of_speed = [one for one in captures if one.usable and SPEED in instrument(one.instrument).gives]
    known = [one.manifest for one in of_speed if one.manifest.between_calls_ns is not None]
    window_ns = sum(one.window_ns or 0 for one in known)
    if not known or not window_ns:
        return None
    between_ns = sum(one.between_calls_ns or 0 for one in known)
    gaps = sum((one.calls or 0) - len(one.blocks) for one in known)
    collections = tuple(_collections(of_speed, found))
    shares = [one.share for one in collections if one.share is not None]
    call_ns = window_ns / sum(one.calls or 0 for one in known)
    return BeyondCalls(
        between_us=between_ns / gaps / 1e3 if gaps else None,
        between_share=between_ns / (between_ns + window_ns),
        collections=collections,
        collections_share=sum(shares) if len(shares) == len(collections) and shares else None,
        later=_later(found, call_ns),
    )


def _collections(captures: Sequence[Capture], found: Mapping[int, protocol.Growth]) -> list[Collections]:
    """Return the collections within timed calls: counted there, timed in other calls of the same kind."""
    counted = [one.manifest for one in captures if one.manifest.collections is not None]
    calls, window_ns = sum(one.calls or 0 for one in counted), sum(one.window_ns or 0 for one in counted)
    if not calls:
        return []
    made = []
    for generation in range(GENERATIONS):
        count = sum((one.collections or [])[generation] for one in counted)
        each_ns = _each_ns(generation, list(found.values()))
        share = 0.0 if not count else None if each_ns is None else count * each_ns / window_ns
        made.append(Collections(generation, count / calls, share))
    return made


def _each_ns(generation: int, found: Sequence[protocol.Growth]) -> float | None:
    """Return what a collection of a generation takes, in ns; one of all is known where none was watched."""
    watched = [one.watched for one in found if one.watched is not None]
    count = sum(one.counts[generation] for one in watched)
    if count:
        return sum(one.durations_ns[generation] for one in watched) / count
    if generation == OLDEST and found:
        return float(np.median([one.full_collection_ns for one in found]))
    return None


def _later(found: Mapping[int, protocol.Growth], call_ns: float) -> LaterCollection | None:
    pairs = [(block, own.empty_collection_ns) for own in found.values() for block in own.blocks]
    if not pairs:
        return None
    took_ns = float(np.median([_beyond_empty(block, empty_ns) for block, empty_ns in pairs]))
    freed = [block.freed_bytes / block.calls for block, _ in pairs if block.freed_bytes is not None]
    return LaterCollection(
        objects_per_call=float(np.median([block.freed_objects / block.calls for block, _ in pairs])),
        bytes_per_call=float(np.median(freed)) if freed else None,
        ms_per_call=took_ns / 1e6,
        share=took_ns / call_ns,
    )


def _beyond_empty(block: GrowthBlock, empty_ns: int) -> float:
    return max(0, block.collection_ns - empty_ns) / block.calls
