"""Writes XPlane messages by hand, right and wrong ones."""

from __future__ import annotations

from collections.abc import Sequence

from profiler.readers import xplane


def varint(value: int, *, width: int = 0) -> bytes:
    """Return a varint, padded with empty continuation bytes to ``width`` bytes."""
    value &= (1 << 64) - 1
    parts = []
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    while len(parts) < width:
        parts[-1] |= 0x80
        parts.append(0)
    return bytes(parts)


def integer(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def span(number: int, contents: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(contents)) + contents


def event(metadata_id: int, offset: int, duration: int, extra: bytes = b"") -> bytes:
    """Return an event as a field of its line."""
    return span(4, integer(1, metadata_id) + integer(2, offset) + integer(3, duration) + extra)


def line(events: bytes, name: str = "python", line_id: int = 1 << 40, timestamp_ns: int = 0) -> bytes:
    """Return a line as a field of its plane."""
    head = integer(1, line_id) + span(2, name.encode()) + integer(3, timestamp_ns)
    return span(3, head + events)


def names(values: Sequence[str | bytes], number: int = 4) -> bytes:
    """Return a plane's dictionary, ids from 1 on."""
    entries = b""
    for key, value in enumerate(values, 1):
        contents = value.encode() if isinstance(value, str) else value
        entries += span(number, integer(1, key) + span(2, integer(1, key) + span(2, contents)))
    return entries


def space(*parts: bytes, plane: str = "/host:CPU") -> bytes:
    """Return an XSpace of one plane."""
    return span(1, span(2, plane.encode()) + b"".join(parts))


def anomalies(trace: xplane.Trace) -> dict[str, int]:
    """Return the number of events by kind of anomaly, over all lines."""
    counts: dict[str, int] = {}
    for anomaly in trace.anomalies:
        counts[anomaly.kind] = counts.get(anomaly.kind, 0) + anomaly.count
    return counts


def rows_with_stats(trace: xplane.Trace) -> list[int]:
    """Return the rows of the events that have stats."""
    return [int(row) for row in trace._stat_index.rows]
