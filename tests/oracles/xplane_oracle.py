"""Reads an XPlane with TensorFlow's own class and nests its events one by one: slow, and not our code."""

from __future__ import annotations

import heapq
import os
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest


@dataclass(frozen=True)
class OracleLine:
    """A line's header and its events in the file's order.

    An event is its name, offset_ps, duration_ps, occurrences and stats.
    """

    plane: str
    name: str
    timestamp_ns: int
    events: list[tuple[str, int, int, int, dict[str, Any]]]


def xplane_pb2() -> Any:
    """Return TensorFlow's generated module, or skip the test where TensorFlow is not installed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("tensorflow.tsl.profiler.protobuf.xplane_pb2")


def space_of(data: bytes) -> Any:
    """Return the parsed XSpace."""
    space = xplane_pb2().XSpace()
    space.ParseFromString(data)
    return space


def lines_of(space: Any) -> list[OracleLine]:
    """Return all lines of all planes, in the file's order."""
    return [
        OracleLine(plane.name, line.name, line.timestamp_ns, [_event(plane, event) for event in line.events])
        for plane in space.planes
        for line in plane.lines
    ]


def _event(plane: Any, event: Any) -> tuple[str, int, int, int, dict[str, Any]]:
    name = plane.event_metadata[event.metadata_id].name if event.metadata_id in plane.event_metadata else ""
    stats = {_stat_name(plane, stat.metadata_id): _stat_value(plane, stat) for stat in event.stats}
    return name, event.offset_ps, event.duration_ps, event.num_occurrences, stats


def _stat_name(plane: Any, metadata_id: int) -> str:
    known = metadata_id in plane.stat_metadata
    return plane.stat_metadata[metadata_id].name if known else str(metadata_id)


def _stat_value(plane: Any, stat: Any) -> Any:
    field = stat.WhichOneof("value")
    if field is None:
        return None
    value = getattr(stat, field)
    return _stat_name(plane, value) if field == "ref_value" else value


def cut_ends(events: list[tuple[int, int]]) -> list[int]:
    """Return the end of each (start, duration), cut where one that starts in it outlasts it."""
    ends = [start + duration for start, duration in events]
    cut = list(ends)
    for row, end in enumerate(ends):
        for later in range(row + 1, len(events)):
            if events[later][0] >= end:
                break
            if ends[later] > end:
                cut[row] = events[later][0]
                break
    return cut


def nest(events: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Return depths and parents of sorted (start, duration) by a stack."""
    ends = cut_ends(events)
    stack: list[int] = []
    depths, parents = [], []
    for row, (start, _) in enumerate(events):
        while stack and ends[stack[-1]] <= start:
            stack.pop()
        depths.append(len(stack))
        parents.append(stack[-1] if stack else -1)
        stack.append(row)
    return depths, parents


def self_times(events: list[tuple[int, int]]) -> list[int]:
    """Return how long each of the sorted (start, duration) was the last started of those that were open."""
    boundaries: dict[int, list[int]] = defaultdict(list)
    for row, (start, duration) in enumerate(events):
        boundaries[start].append(row)
        boundaries.setdefault(start + duration, [])
    moments = sorted(boundaries)
    owned = [0] * len(events)
    latest: list[int] = []
    for moment, following in pairwise(moments):
        for row in boundaries[moment]:
            heapq.heappush(latest, -row)
        while latest and sum(events[-latest[0]]) <= moment:
            heapq.heappop(latest)
        if latest:
            owned[-latest[0]] += following - moment
    return owned


def union_length(events: list[tuple[int, int]]) -> int:
    """Return the length of the union of sorted (start, duration)."""
    total, reach = 0, None
    for start, duration in events:
        begin = start if reach is None else max(start, reach)
        total += max(0, start + duration - begin)
        reach = max(start + duration, begin)
    return total
