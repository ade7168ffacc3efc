"""The columns that the events of all files are collected in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...tables.trace import LARGEST_PS
from .. import nesting
from ..wire.columns import Ints
from ..wire.protobuf import WireError
from .events import RawEvents, Times

FEWEST_BYTES = 7
MOST_EVENTS = (1 << 31) - 1
PIECE = 1 << 16

Ints32 = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Extent:
    """Rows that belong together: events ``begin`` to ``end``, and those of them that have stats."""

    begin: int
    end: int
    stats_begin: int
    stats_end: int

    @property
    def rows(self) -> slice:
        """The rows of events."""
        return slice(self.begin, self.end)

    @property
    def stats(self) -> slice:
        """The entries of the index of stats."""
        return slice(self.stats_begin, self.stats_end)

    def pieces(self) -> list[slice]:
        """Return the rows of events in pieces of `PIECE`."""
        return [slice(at, min(at + PIECE, self.end)) for at in range(self.begin, self.end, PIECE)]


@dataclass(frozen=True)
class StatIndex:
    """Rows that have stats (int32, ascending) and the byte of each event's tag in its file (int64)."""

    rows: Ints32
    positions: Ints


class EventStore:
    """Columns with room for an event in every `FEWEST_BYTES` bytes; memory not written to is not taken."""

    def __init__(self, file_bytes: int) -> None:
        self._room = min(file_bytes // FEWEST_BYTES, MOST_EVENTS)
        self.count = 0
        self.stat_count = 0
        self.code, self.depth, self.parent = (np.empty(self._room, np.int32) for _ in range(3))
        self.start, self.duration, self.self_ps = (np.empty(self._room, np.int64) for _ in range(3))
        self.stat_row = np.empty(self._room, np.int32)
        self.stat_position = np.empty(self._room, np.int64)

    def append(self, codes: Ints32, times: Times, raw: RawEvents, offset: int) -> None:
        """Append events; ``offset`` is where their line starts.

        Raises:
            WireError: they are more than the files' size explains.
        """
        begin, end = self.count, self.count + len(codes)
        if end > self._room:
            raise WireError(f"more than one event in {FEWEST_BYTES} bytes, which no profiler writes", offset)
        self.code[begin:end] = codes
        self.start[begin:end] = times.start_ps
        self.duration[begin:end] = times.duration_ps
        stats_end = self.stat_count + len(raw.with_stats)
        self.stat_row[self.stat_count : stats_end] = raw.with_stats + begin
        self.stat_position[self.stat_count : stats_end] = raw.positions
        self.count, self.stat_count = end, stats_end

    def reorder(self, parts: Sequence[Extent]) -> list[Extent]:
        """Move extents, which make up a whole range, into the given order; return where they are then."""
        at, stats_at = min(part.begin for part in parts), min(part.stats_begin for part in parts)
        self._move((self.code, self.start, self.duration), at, [part.rows for part in parts])
        self._move((self.stat_row, self.stat_position), stats_at, [part.stats for part in parts])
        moved = []
        for part in parts:
            count, stats = part.end - part.begin, part.stats_end - part.stats_begin
            moved.append(Extent(at, at + count, stats_at, stats_at + stats))
            self.stat_row[moved[-1].stats] += at - part.begin
            at, stats_at = at + count, stats_at + stats
        return moved

    @staticmethod
    def _move(columns: Sequence[npt.NDArray[np.generic]], begin: int, parts: Sequence[slice]) -> None:
        index = np.concatenate([np.arange(part.start, part.stop) for part in parts])
        for column in columns:
            column[begin : begin + len(index)] = column[index]

    def shift(self, part: Extent, shift_ps: int) -> int:
        """Move starts to later by ``shift_ps``; return how many events had to be cut at `LARGEST_PS`."""
        wrapped = 0
        for piece in part.pieces():
            start, duration = self.start[piece], self.duration[piece]
            room = max(-LARGEST_PS, LARGEST_PS - shift_ps)
            wrapped += int((start + duration > room).sum())
            start = np.minimum(np.minimum(start, room) + shift_ps, LARGEST_PS)
            self.start[piece] = start
            self.duration[piece] = np.minimum(duration, LARGEST_PS - start)
        return wrapped

    def sort(self, part: Extent) -> None:
        """Sort the events of a line by (start, -duration), when they are not already."""
        if self._is_sorted(part):
            return
        rows = part.rows
        order = np.lexsort((-self.duration[rows], self.start[rows]))
        for column in (self.code, self.start, self.duration):
            column[rows] = column[rows][order]
        stats = part.stats
        if part.stats_end > part.stats_begin:
            place = np.empty(len(order), np.int32)
            place[order] = np.arange(len(order), dtype=np.int32)
            moved = place[self.stat_row[stats] - part.begin] + part.begin
            by_row = np.argsort(moved)
            self.stat_row[stats] = moved[by_row]
            self.stat_position[stats] = self.stat_position[stats][by_row]

    def _is_sorted(self, part: Extent) -> bool:
        for piece in part.pieces():
            start = self.start[piece.start : min(piece.stop + 1, part.end)]
            duration = self.duration[piece.start : min(piece.stop + 1, part.end)]
            tied = start[1:] == start[:-1]
            if ((start[1:] < start[:-1]) | (tied & (duration[1:] > duration[:-1]))).any():
                return False
        return True

    def nest(self, part: Extent) -> int:
        """Write the tree of a line's sorted events; return how many of them were cut."""
        rows = part.rows
        tree = nesting.Tree(self.depth[rows], self.parent[rows], self.self_ps[rows])
        cut = nesting.fill(tree, self.start[rows], self.duration[rows])
        for piece in part.pieces():
            parent = self.parent[piece]
            parent[parent >= 0] += part.begin
        return cut

    def trim(self) -> StatIndex:
        """Give back the room that no event took; return the index of stats."""
        for column in (self.code, self.start, self.duration, self.depth, self.parent, self.self_ps):
            column.resize(self.count, refcheck=False)
        for column in (self.stat_row, self.stat_position):
            column.resize(self.stat_count, refcheck=False)
        return StatIndex(self.stat_row, self.stat_position)
