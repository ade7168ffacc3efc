"""The skeleton of an XSpace: its planes, where their lines lie, and their dictionaries of names."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ...tables.trace import MOST_LINES
from ..session_files import unpacked
from ..wire.columns import Bytes, Ints, Window
from ..wire.messages import Batch, Tags, Wanted, read_messages, walk
from ..wire.protobuf import SPAN, VARINT, Field, WireError, beginning_fields, fields, signed
from .schema import Line, MapEntry, Metadata, Plane, Space

MOST_PLANES = 1 << 10
MOST_NAMES = 1 << 21
MOST_SAID, LONGEST_SAID = 16, 200
"""So many errors and warnings of the profiler are kept, and so many bytes of each."""
_WINDOW_BYTES = 1 << 16
_ENTRY = Wanted((MapEntry.KEY,), (MapEntry.VALUE,))
_NAME = Wanted((), (Metadata.NAME,))
_DENSE = 1 << 16
_TEXTS = (Space.ERRORS, Space.WARNINGS, Space.HOSTNAMES)


@dataclass(frozen=True)
class Names:
    """A map from metadata ids to names that stay in the file until asked for.

    Row ``i``: id ``keys[i]`` (ascending), name in bytes ``starts[i]`` to ``stops[i]`` (empty: no name).
    """

    keys: Ints
    starts: Ints
    stops: Ints

    @staticmethod
    def empty() -> Names:
        """Return a map of no names."""
        nothing = np.empty(0, np.int64)
        return Names(nothing, nothing, nothing)

    def rows_of(self, ids: Ints) -> npt.NDArray[np.int32]:
        """Return the row of each id (int32), -1 where the map has none."""
        if not len(self.keys):
            return np.full(len(ids), -1, np.int32)
        row = np.minimum(np.searchsorted(self.keys, ids), len(self.keys) - 1)
        return np.where(self.keys[row] == ids, row, -1).astype(np.int32)

    def lookup(self) -> npt.NDArray[np.int32] | None:
        """Return an array from id to row (-1: none), or None where ids are too far apart for one."""
        if not len(self.keys) or self.keys[0] < 0 or self.keys[-1] >= 4 * len(self.keys) + _DENSE:
            return None
        table = np.full(int(self.keys[-1]) + 1, -1, np.int32)
        table[self.keys] = np.arange(len(self.keys), dtype=np.int32)
        return table

    def name(self, source: Bytes, row: int) -> str:
        """Return a name; bytes that are no UTF-8 become replacement characters."""
        return source[self.starts[row] : self.stops[row]].tobytes().decode("utf-8", "replace")


@dataclass(frozen=True)
class PlaneParts:
    """A plane: name, where each of its lines lies (start, stop), names of events and of stats."""

    name: str
    lines: tuple[tuple[int, int], ...]
    event_names: Names
    stat_names: Names


@dataclass(frozen=True)
class SpaceParts:
    """An XSpace: the host that it names, if any, its planes, and what the profiler said was wrong."""

    host: str | None
    planes: tuple[PlaneParts, ...]
    said: tuple[str, ...]


@dataclass(frozen=True)
class LineHeader:
    """The fields of a line that are not its events."""

    id: int = 0
    name: str = ""
    timestamp_ns: int = 0
    display_name: str = ""


def recognises(start: bytes) -> bool:
    """Return whether a file with these first bytes, which gzip may have packed, can be an XPlane.

    Its first field is then a plane, which names itself or goes on with what only a plane has, or a text: an
    error, a warning, a hostname.
    """
    head = unpacked(start)
    for field in beginning_fields(head):
        if field.wire != SPAN:
            return False
        if field.number == Space.PLANES:
            return _is_plane(head[field.start : field.stop])
        return field.number in _TEXTS and _is_text(head[field.start : field.stop])
    return False


def _is_plane(contents: bytes) -> bool:
    for field in beginning_fields(contents):
        if field.number == Plane.NAME:
            return field.wire == SPAN and _is_text(contents[field.start : field.stop])
        if field.number != Plane.ID:
            return field.wire == SPAN and Plane.NAME < field.number <= Plane.STATS
    return False


def _is_text(contents: bytes) -> bool:
    return bool(contents) and contents[0] >= ord(" ")


def read_space(source: Bytes) -> SpaceParts:
    """Return the parts of an XSpace.

    Raises:
        WireError: the bytes are no XSpace, or it has too many planes, lines or names.
    """
    host: str | None = None
    planes: list[PlaneParts] = []
    said: list[str] = []
    lines = 0
    for part in walk(source, 0, len(source), Tags.of(Space.HOSTNAMES), _WINDOW_BYTES):
        hostnames = _places(part, Space.HOSTNAMES) if host is None else []
        if hostnames:
            host = _text_at(source, *hostnames[0])
        for number in (Space.ERRORS, Space.WARNINGS):
            for start, stop in _places(part, number)[: MOST_SAID - len(said)]:
                said.append(_text_at(source, start, min(stop, start + LONGEST_SAID)))
        for start, stop in _places(part, Space.PLANES):
            if len(planes) == MOST_PLANES:
                raise WireError(f"more than {MOST_PLANES} planes", start)
            planes.append(_read_plane(source, start, stop, MOST_LINES - lines))
            lines += len(planes[-1].lines)
    return SpaceParts(host, tuple(planes), tuple(said))


def _places(part: Batch | Field, number: int) -> list[tuple[int, int]]:
    """Return where all length-delimited fields ``number`` of a part lie, in the file's order."""
    if isinstance(part, Field):
        return [(part.start, part.stop)] if part.wire == SPAN and part.number == number else []
    heads, offset = part.only(number).heads, part.window.offset
    return list(zip((heads.start + offset).tolist(), (heads.stop + offset).tolist(), strict=True))


def _text_at(source: Bytes, start: int, stop: int) -> str:
    """Return the contents of a string field; bytes that are no UTF-8 become replacement characters."""
    return source[start:stop].tobytes().decode("utf-8", "replace")


def _read_plane(source: Bytes, start: int, stop: int, most_lines: int) -> PlaneParts:
    name = ""
    lines: list[tuple[int, int]] = []
    dictionaries: dict[int, list[Names]] = {Plane.EVENT_METADATA: [], Plane.STAT_METADATA: []}
    tags = Tags.of(Plane.LINES, Plane.EVENT_METADATA, Plane.STAT_METADATA)
    for part in walk(source, start, stop, tags, _WINDOW_BYTES):
        for place in _places(part, Plane.NAME)[-1:]:
            name = _text_at(source, *place)
        lines += _places(part, Plane.LINES)
        if len(lines) > most_lines:
            raise WireError(f"more than {MOST_LINES} lines", start)
        for number, found in dictionaries.items():
            names = _names_in(source, part, number)
            if len(names.keys):
                _add(found, names, start)
    events, stats = (_merged(found) for found in dictionaries.values())
    return PlaneParts(name, tuple(lines), events, stats)


def _names_in(source: Bytes, part: Batch | Field, number: int) -> Names:
    """Return the names among the map entries ``number`` of a part of a plane."""
    if isinstance(part, Batch):
        heads = part.only(number).heads
        return _read_names(part.window, heads.start, heads.stop) if len(heads.start) else Names.empty()
    if part.wire != SPAN or part.number != number:
        return Names.empty()
    key, name = 0, (part.start, part.start)
    view = memoryview(source.data)
    for entry in fields(view, part.start, part.stop):
        if entry.wire == VARINT and entry.number == MapEntry.KEY:
            key = signed(entry.value)
        elif entry.wire == SPAN and entry.number == MapEntry.VALUE:
            name = (part.start, part.start)
            for single in fields(view, entry.start, entry.stop):
                if single.wire == SPAN and single.number == Metadata.NAME:
                    name = (single.start, single.stop)
    return Names(np.array([key]), np.array(name[:1]), np.array(name[1:]))


def _read_names(window: Window, starts: Ints, stops: Ints) -> Names:
    entries = read_messages(window, starts, stops, _ENTRY)
    value_starts, value_stops = entries.starts[MapEntry.VALUE], entries.stops[MapEntry.VALUE]
    value_starts = np.where(value_starts < 0, starts, value_starts)
    value_stops = np.where(value_stops < 0, value_starts, value_stops)
    values = read_messages(window, value_starts, value_stops, _NAME)
    name_starts, name_stops = values.starts[Metadata.NAME], values.stops[Metadata.NAME]
    name_starts = np.where(name_starts < 0, 0, name_starts)
    name_stops = np.where(name_stops < 0, name_starts, name_stops)
    return _distinct(
        Names(entries.integers[MapEntry.KEY], name_starts + window.offset, name_stops + window.offset)
    )


def _distinct(names: Names) -> Names:
    """Return the names sorted by id; of several with one id the last counts."""
    keys, index = np.unique(names.keys[::-1], return_index=True)
    rows = len(names.keys) - 1 - index
    return Names(keys, names.starts[rows], names.stops[rows])


def _merged(parts: list[Names]) -> Names:
    if not parts:
        return Names.empty()
    return _distinct(
        Names(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.starts for part in parts]),
            np.concatenate([part.stops for part in parts]),
        )
    )


def _add(found: list[Names], names: Names, offset: int) -> None:
    """Append to the parts of a map, merging them now and then so that repeated ids cost nothing."""
    found.append(names)
    if len(found) >= 64:
        found[:] = [_merged(found)]
    if sum(len(part.keys) for part in found) > MOST_NAMES:
        found[:] = [_merged(found)]
        if len(found[0].keys) > MOST_NAMES:
            raise WireError(f"a plane with more than {MOST_NAMES} names", offset)


def read_line_header(source: Bytes, header: LineHeader, single: Field) -> LineHeader:
    """Return the header with one more field taken in."""
    if single.wire == VARINT and single.number == Line.ID:
        return replace(header, id=signed(single.value))
    if single.wire == VARINT and single.number == Line.TIMESTAMP_NS:
        return replace(header, timestamp_ns=signed(single.value))
    if single.wire == SPAN and single.number == Line.NAME:
        return replace(header, name=_text_at(source, single.start, single.stop))
    if single.wire == SPAN and single.number == Line.DISPLAY_NAME:
        return replace(header, display_name=_text_at(source, single.start, single.stop))
    return header
