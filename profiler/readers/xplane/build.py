"""Puts the lines of all planes of all files into two tables: joined, sorted and nested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ...tables.spec import Coded, Table, make
from ...tables.trace import EVENTS, LARGEST_PS, LINES
from ..wire.columns import Bytes, Ints
from ..wire.protobuf import Field
from .event_store import EventStore, Extent, Ints32, StatIndex
from .events import decode_line, line_tags, sound_times
from .planes import LineHeader, PlaneParts, read_line_header

_HOST_PLANE = "/host:"
_DEVICE_PLANE = "/device:"
_PYTHON_LINE = "python"
_PYTHON_EVENT = "$"
_EXECUTOR_LINE = "tf_"
PARTIAL_OVERLAP = "partial overlap"


@dataclass(frozen=True)
class Anomaly:
    """How many events of a line (its row) have what; the kinds are the keys of `session.ANOMALIES`."""

    line: int
    kind: str
    count: int


@dataclass(frozen=True)
class _Part:
    """An XLine, or several joined: header, rows, and anomalies by kind."""

    header: LineHeader
    extent: Extent
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.header.name or self.header.display_name

    def count(self, kind: str, number: int) -> None:
        """Add to the anomalies of a kind."""
        if number:
            self.counts[kind] = self.counts.get(kind, 0) + number


@dataclass(frozen=True)
class _LineRow:
    host: str
    plane: str
    name: str
    kind: str
    nests: bool
    timestamp_ns: int
    events: int


@dataclass(frozen=True)
class _PlaneNames:
    """A plane's dictionary of event names while its lines are read; ``used`` marks rows that events name."""

    parts: PlaneParts
    lookup: Ints32 | None
    used: npt.NDArray[np.bool_]

    def codes_of(self, ids: Ints) -> Ints32:
        """Return the row of each id, -1 where the dictionary has none, and mark it as used."""
        if self.lookup is None or int(ids.min()) < 0 or int(ids.max()) >= len(self.lookup):
            codes = self.parts.event_names.rows_of(ids)
        else:
            codes = self.lookup[ids]
        self.used[codes] = True
        return codes


class TraceBuilder:
    """Collects lines and events plane by plane; `finish` gives the tables."""

    def __init__(self, file_bytes: int) -> None:
        self._store = EventStore(file_bytes)
        self._names: dict[str, int] = {}
        self._lines: list[_LineRow] = []
        self._anomalies: list[Anomaly] = []
        self._tags = line_tags()

    def add_plane(self, source: Bytes, host: str, plane: PlaneParts) -> int:
        """Take in a plane's lines; return how many lines they are after joining.

        Raises:
            WireError: a line is damaged, or its events are smaller than any that a profiler writes.
        """
        size = len(plane.event_names.keys) + 1
        names = _PlaneNames(plane, plane.event_names.lookup(), np.zeros(size, np.bool_))
        parts = self._join([self._read_line(source, bounds, names) for bounds in plane.lines])
        is_python = np.zeros(size, np.bool_)
        recode = np.full(size, -1, np.int32)
        for row in np.flatnonzero(names.used[:-1]).tolist():
            name = plane.event_names.name(source, row)
            is_python[row] = name.startswith(_PYTHON_EVENT)
            recode[row] = self._names.setdefault(name, len(self._names))
        for part in parts:
            kind = self._kind(plane.name, part, is_python)
            for piece in part.extent.pieces():
                self._store.code[piece] = recode[self._store.code[piece]]
            self._store.sort(part.extent)
            part.count(PARTIAL_OVERLAP, self._store.nest(part.extent))
            self._list(part, host, plane.name, kind)
        return len(parts)

    def finish(self) -> tuple[Table, Table, tuple[Anomaly, ...], StatIndex]:
        """Return lines, events, what was wrong with events, and where the stats are."""
        rows = self._lines
        lines = make(
            LINES,
            host=[row.host for row in rows],
            plane=[row.plane for row in rows],
            name=[row.name for row in rows],
            kind=[row.kind for row in rows],
            nests=[row.nests for row in rows],
            timestamp_ns=[row.timestamp_ns for row in rows],
        )
        store = self._store
        index = store.trim()
        line = np.repeat(np.arange(len(rows), dtype=np.int32), [row.events for row in rows])
        events = Table(
            EVENTS,
            {
                "line": line,
                "name": Coded(store.code, tuple(self._names)),
                "start_ps": store.start,
                "duration_ps": store.duration,
                "depth": store.depth,
                "parent": store.parent,
                "self_ps": store.self_ps,
            },
        )
        return lines, events, tuple(self._anomalies), index

    def _read_line(self, source: Bytes, bounds: tuple[int, int], names: _PlaneNames) -> _Part:
        store = self._store
        header, begin, stats_begin = LineHeader(), store.count, store.stat_count
        anomalies = _Part(header, Extent(begin, begin, stats_begin, stats_begin))
        for piece in decode_line(source, *bounds, self._tags):
            if isinstance(piece, Field):
                header = read_line_header(source, header, piece)
                continue
            codes = names.codes_of(piece.metadata_id)
            times = sound_times(piece.offset_ps, piece.duration_ps)
            store.append(codes, times, piece, bounds[0])
            anomalies.count("backwards", times.backwards)
            anomalies.count("wrapped", times.wrapped)
            anomalies.count("early", times.early)
            anomalies.count("unnamed", int((codes < 0).sum()))
            anomalies.count("aggregated", int(np.count_nonzero(piece.occurrences)))
        extent = Extent(begin, store.count, stats_begin, store.stat_count)
        return replace(anomalies, header=header, extent=extent)

    def _join(self, parts: Sequence[_Part]) -> list[_Part]:
        """Return the lines with the halves of split ones put together."""
        groups: dict[object, list[_Part]] = {}
        for index, part in enumerate(parts):
            groups.setdefault(_thread_key(part.header.id, index), []).append(part)
        if len(groups) == len(parts):
            return list(parts)
        order = [part for group in groups.values() for part in group]
        moved = self._store.reorder([part.extent for part in order])
        placed = iter([replace(part, extent=extent) for part, extent in zip(order, moved, strict=True)])
        return [self._joined([next(placed) for _ in group]) for group in groups.values()]

    def _joined(self, group: Sequence[_Part]) -> _Part:
        """Return one line for its parts, starts counted from the earliest timestamp."""
        timestamp = min(part.header.timestamp_ns for part in group)
        named = next((part.header for part in group if part.header.name), group[0].header)
        first, last = group[0].extent, group[-1].extent
        extent = Extent(first.begin, last.end, first.stats_begin, last.stats_end)
        joined = _Part(replace(named, timestamp_ns=timestamp), extent)
        for part in group:
            shift_ps = min((part.header.timestamp_ns - timestamp) * 1000, 2 * LARGEST_PS)
            for kind, number in part.counts.items():
                joined.count(kind, number)
            if shift_ps:
                joined.count("wrapped", self._store.shift(part.extent, shift_ps))
        return joined

    def _kind(self, plane: str, part: _Part, is_python: npt.NDArray[np.bool_]) -> str:
        if plane.startswith(_DEVICE_PLANE):
            return "device"
        if not plane.startswith(_HOST_PLANE):
            return "other"
        codes = self._store.code
        if part.name == _PYTHON_LINE or any(is_python[codes[piece]].any() for piece in part.extent.pieces()):
            return "python"
        return "executor" if part.name.startswith(_EXECUTOR_LINE) else "other"

    def _list(self, part: _Part, host: str, plane: str, kind: str) -> None:
        row = len(self._lines)
        self._anomalies += [Anomaly(row, what, number) for what, number in sorted(part.counts.items())]
        nests = PARTIAL_OVERLAP not in part.counts
        events = part.extent.end - part.extent.begin
        timestamp_ns = part.header.timestamp_ns
        self._lines.append(_LineRow(host, plane, part.name, kind, nests, timestamp_ns, events))


def _thread_key(line_id: int, index: int) -> object:
    """Return what the halves of a split line share: a 32-bit thread id, signed in one, unsigned in the other.

    Ids that are no thread ids (0, or more than 32 bits) never join lines.
    """
    if line_id and -(1 << 31) <= line_id < 1 << 32:
        return line_id & 0xFFFFFFFF
    return ("line", index)
