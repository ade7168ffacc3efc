"""Puts the events of all lines of all files into one set of columns, joined, sorted and nested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..attribution import call_tree
from ..tables import Coded, Table, make
from ..trace_tables import EVENTS, LINES
from .protobuf_wire import Field, WireError
from .wire_columns import Bytes, Ints
from .xplane_events import LARGEST_PS, RawEvents, Times, decode_line, line_tags, sound_times
from .xplane_planes import LineHeader, PlaneParts, read_line_header

FEWEST_BYTES = 7
MOST_EVENTS = (1 << 31) - 1
_PIECE = 1 << 16
_HOST_PLANE = "/host:"
_DEVICE_PLANE = "/device:"
_PYTHON_LINE = "python"
_PYTHON_EVENT = "$"
_EXECUTOR_LINE = "tf_"


@dataclass(frozen=True)
class Anomaly:
    """How many events of a line (its row) have what; the kinds are the keys of `xplane.ANOMALIES`."""

    line: int
    kind: str
    count: int


@dataclass(frozen=True)
class StatIndex:
    """Which rows have stats (int64, ascending) and the bytes of their event messages in the line's file."""

    rows: Ints
    starts: Ints
    stops: Ints


@dataclass
class _Span:
    """An XLine: its header, its rows, its anomalies; ``stats`` are pieces of a `StatIndex`."""

    header: LineHeader
    begin: int
    end: int
    counts: dict[str, int] = field(default_factory=dict)
    stats: list[StatIndex] = field(default_factory=list)

    def count(self, **found: int) -> None:
        for kind, number in found.items():
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


class TraceBuilder:
    """Collects lines and events file by file; `finish` gives the tables.

    Columns have room for one event in every `FEWEST_BYTES` bytes; memory that is not written to is not taken.
    """

    def __init__(self, file_bytes: int) -> None:
        self._room = min(file_bytes // FEWEST_BYTES, MOST_EVENTS)
        self._count = 0
        self._code, self._depth, self._parent = (np.empty(self._room, np.int32) for _ in range(3))
        self._start, self._duration, self._self = (np.empty(self._room, np.int64) for _ in range(3))
        self._names: dict[str, int] = {}
        self._lines: list[_LineRow] = []
        self._anomalies: list[Anomaly] = []
        self._stats: list[StatIndex] = []
        self._tags = line_tags()

    def add_plane(self, source: Bytes, host: str, plane: PlaneParts) -> int:
        """Take in a plane's lines; return how many lines they are after joining.

        Raises:
            WireError: a line is damaged, or its events are smaller than any that a profiler writes.
        """
        lookup = plane.event_names.lookup()
        used = np.zeros(len(plane.event_names.keys) + 1, np.bool_)
        spans = [self._read_line(source, bounds, plane, lookup, used) for bounds in plane.lines]
        names = {int(row): plane.event_names.name(source, int(row)) for row in np.flatnonzero(used[:-1])}
        is_python = np.zeros(len(used), np.bool_)
        recode = np.full(len(used), -1, np.int32)
        for row, name in names.items():
            is_python[row] = name.startswith(_PYTHON_EVENT)
            recode[row] = self._names.setdefault(name, len(self._names))
        joined = self._join(spans)
        for span in joined:
            kind = self._kind(plane.name, span, is_python)
            self._finish_line(span, host, plane.name, kind, recode)
        return len(joined)

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
        columns = (self._code, self._start, self._duration, self._depth, self._parent, self._self)
        for column in columns:
            column.resize(self._count, refcheck=False)
        line = np.repeat(np.arange(len(rows), dtype=np.int32), [row.events for row in rows])
        events = Table(
            EVENTS,
            {
                "line": line,
                "name": Coded(self._code, tuple(self._names)),
                "start_ps": self._start,
                "duration_ps": self._duration,
                "depth": self._depth,
                "parent": self._parent,
                "self_ps": self._self,
            },
        )
        return lines, events, tuple(self._anomalies), _one_index(self._stats)

    def _read_line(
        self,
        source: Bytes,
        bounds: tuple[int, int],
        plane: PlaneParts,
        lookup: npt.NDArray[np.int32] | None,
        used: npt.NDArray[np.bool_],
    ) -> _Span:
        span = _Span(LineHeader(), self._count, self._count)
        for part in decode_line(source, *bounds, self._tags):
            if isinstance(part, Field):
                span.header = read_line_header(source, span.header, part)
                continue
            codes = _codes_of(part.metadata_id, plane, lookup)
            used[codes] = True
            self._append(span, part, codes, bounds[0])
        return span

    def _append(self, span: _Span, raw: RawEvents, codes: npt.NDArray[np.int32], offset: int) -> None:
        begin, end = self._count, self._count + len(codes)
        if end > self._room:
            raise WireError(f"more than one event in {FEWEST_BYTES} bytes, which no profiler writes", offset)
        times = sound_times(raw.offset_ps, raw.duration_ps)
        self._code[begin:end] = codes
        self._start[begin:end] = times.start_ps
        self._duration[begin:end] = times.duration_ps
        self._count = span.end = end
        span.count(
            backwards=times.backwards,
            wrapped=times.wrapped,
            early=times.early,
            unnamed=int((codes < 0).sum()),
            aggregated=int(np.count_nonzero(raw.occurrences)),
        )
        if len(raw.with_stats):
            span.stats.append(StatIndex(raw.with_stats + begin, raw.positions, raw.ends))

    def _join(self, spans: Sequence[_Span]) -> list[_Span]:
        """Return the spans with the halves of split lines put together, rows in the same order."""
        groups: dict[object, list[_Span]] = {}
        for index, span in enumerate(spans):
            groups.setdefault(_thread_key(span.header.id, index), []).append(span)
        if len(groups) == len(spans):
            return list(spans)
        order = [span for group in groups.values() for span in group]
        self._reorder(spans[0].begin, order)
        return [self._joined(group) for group in groups.values()]

    def _reorder(self, begin: int, spans: Sequence[_Span]) -> None:
        """Move the rows of the spans so that they follow each other from ``begin`` on."""
        index = np.concatenate([np.arange(span.begin, span.end) for span in spans])
        for column in (self._code, self._start, self._duration):
            column[begin : begin + len(index)] = column[index]
        for span in spans:
            moved = begin - span.begin
            span.stats = [StatIndex(part.rows + moved, part.starts, part.stops) for part in span.stats]
            span.begin, span.end = begin, span.end + moved
            begin = span.end

    def _joined(self, group: Sequence[_Span]) -> _Span:
        """Return one span for the parts of one line, starts counted from the earliest timestamp."""
        first = min(span.header.timestamp_ns for span in group)
        named = next((span.header for span in group if span.header.name), group[0].header)
        joined = _Span(named, group[0].begin, group[-1].end)
        for span in group:
            shift = min((span.header.timestamp_ns - first) * 1000, 2 * LARGEST_PS)
            rows = slice(span.begin, span.end)
            times = Times(self._start[rows], self._duration[rows], 0, 0, 0)
            if shift and span.end > span.begin:
                times = _shifted(times, shift)
                self._start[rows], self._duration[rows] = times.start_ps, times.duration_ps
            joined.count(**span.counts)
            joined.count(wrapped=times.wrapped)
            joined.stats += span.stats
        joined.header = LineHeader(named.id, named.name, first, named.display_name)
        return joined

    def _kind(self, plane: str, span: _Span, is_python: npt.NDArray[np.bool_]) -> str:
        if plane.startswith(_DEVICE_PLANE):
            return "device"
        if not plane.startswith(_HOST_PLANE):
            return "other"
        name = span.header.name or span.header.display_name
        if name == _PYTHON_LINE or any(
            is_python[self._code[at : min(at + _PIECE, span.end)]].any()
            for at in range(span.begin, span.end, _PIECE)
        ):
            return "python"
        return "executor" if name.startswith(_EXECUTOR_LINE) else "other"

    def _finish_line(
        self, span: _Span, host: str, plane: str, kind: str, recode: npt.NDArray[np.int32]
    ) -> None:
        """Sort and nest a line's events, give their names the codes of all files, and list the line."""
        rows = slice(span.begin, span.end)
        for begin in range(span.begin, span.end, _PIECE):
            piece = slice(begin, min(begin + _PIECE, span.end))
            self._code[piece] = recode[self._code[piece]]
        stats = _one_index(span.stats)
        order = _sorting(self._start[rows], self._duration[rows])
        if order is not None:
            for column in (self._code, self._start, self._duration):
                column[rows] = column[rows][order]
            if len(stats.rows):
                stats = _resorted(stats, order, span.begin)
        tree = call_tree.Tree(self._depth[rows], self._parent[rows], self._self[rows])
        span.count(crossing=call_tree.fill(tree, self._start[rows], self._duration[rows]))
        np.add(tree.parent, np.int32(span.begin), out=tree.parent, where=tree.parent >= 0)
        if len(stats.rows):
            self._stats.append(stats)
        self._anomalies += [Anomaly(len(self._lines), kind, n) for kind, n in sorted(span.counts.items())]
        name = span.header.name or span.header.display_name
        nests = "crossing" not in span.counts
        count = span.end - span.begin
        self._lines.append(_LineRow(host, plane, name, kind, nests, span.header.timestamp_ns, count))


def _codes_of(ids: Ints, plane: PlaneParts, lookup: npt.NDArray[np.int32] | None) -> npt.NDArray[np.int32]:
    """Return the row of each id in the plane's dictionary, -1 where it has none."""
    if lookup is None or int(ids.min()) < 0 or int(ids.max()) >= len(lookup):
        return plane.event_names.rows_of(ids)
    return lookup[ids]


def _thread_key(line_id: int, index: int) -> object:
    """Return what the halves of a split line share: a 32-bit thread id, signed in one, unsigned in the other.

    Ids that are no thread ids (0, or more than 32 bits) never join lines.
    """
    if line_id and -(1 << 31) <= line_id < 1 << 32:
        return line_id & 0xFFFFFFFF
    return ("line", index)


def _shifted(times: Times, shift: int) -> Times:
    """Return times counted from ``shift`` ps earlier, cut at the limit."""
    room = LARGEST_PS - shift
    wrapped = int((times.start_ps + times.duration_ps > room).sum())
    start = np.minimum(times.start_ps, room) + shift
    return Times(start, np.minimum(times.duration_ps, LARGEST_PS - start), 0, wrapped, 0)


def _sorting(start: Ints, duration: Ints) -> Ints | None:
    """Return the order by (start, -duration), or None when the events have it already."""
    for begin in range(0, len(start) - 1, _PIECE):
        starts = start[begin : begin + _PIECE + 1]
        durations = duration[begin : begin + _PIECE + 1]
        tied = starts[1:] == starts[:-1]
        if ((starts[1:] < starts[:-1]) | (tied & (durations[1:] > durations[:-1]))).any():
            order: Ints = np.lexsort((-duration, start))
            return order
    return None


def _resorted(stats: StatIndex, order: Ints, begin: int) -> StatIndex:
    """Return the index for rows that were put into another order."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    rows = place[stats.rows - begin] + begin
    by_row = np.argsort(rows)
    return StatIndex(rows[by_row], stats.starts[by_row], stats.stops[by_row])


def _one_index(parts: Sequence[StatIndex]) -> StatIndex:
    if not parts:
        nothing = np.empty(0, np.int64)
        return StatIndex(nothing, nothing, nothing)
    if len(parts) == 1:
        return parts[0]
    return StatIndex(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.stops for part in parts]),
    )
