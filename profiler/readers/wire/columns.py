"""The protobuf wire format in bulk: many fields at once, as NumPy columns.

A window is a private copy of a piece of the file with zeros behind it, so that reading a few bytes
too many is never a read outside the buffer. The fields of a message form a chain, each starting where
the one before it ends; `chain` finds it without walking it. Every byte that can be a tag is taken for one
and its successor computed; candidates that none leads to are taken away until all that are left follow each
other. Where that takes too long, the candidates are cut into blocks, and for all blocks at once it is worked
out at which candidate each one would leave its block; only then is the way from block to block walked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .protobuf import FIXED32, FIXED64, LARGEST_FIELD_NUMBER, SPAN, VARINT

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PADDING = 32
BROKEN = 1 << 61
MOST_CANDIDATES = 1 << 17
_BLOCK = 128

_MOST_PEELS = 24
_RARE = 8

_U64 = np.uint64
_NO_SPAN = _U64(1 << 60)
_GREATEST_TAG = _U64(LARGEST_FIELD_NUMBER << 3 | 7)
_LEAST_TAG = 1 << 3
_STOP_BITS = _U64(0x8080808080808080)
_SEVEN_BITS = _U64(0x7F7F7F7F7F7F7F7F)
_SQUEEZE = (
    (2, _U64(0x7F007F007F007F00), _U64(1)),
    (3, _U64(0x3FFF00003FFF0000), _U64(2)),
    (5, _U64(0x0FFFFFFF00000000), _U64(4)),
)
_ONE = _U64(1)
_WORD_BYTES = 8


@dataclass(frozen=True)
class Window:
    """Bytes of one piece of a file: ``size`` of them, then zeros; positions count from ``offset``."""

    data: Bytes
    words: npt.NDArray[np.uint64]
    size: int
    offset: int

    @staticmethod
    def copy(source: Bytes, start: int, stop: int) -> Window:
        """Return the window of ``source`` from ``start`` to ``stop``."""
        size = stop - start
        data = np.zeros(size + PADDING, np.uint8)
        data[:size] = source[start:stop]
        words: Any = np.ndarray((size + PADDING - 7,), "<u8", buffer=data.data, strides=(1,))
        return Window(data, words, size, start)


def read_varints(window: Window, positions: Ints) -> tuple[npt.NDArray[np.uint64], Ints]:
    """Return the varints at ``positions`` (uint64) and the bytes that each takes (int64).

    A varint of more than 10 bytes takes `BROKEN` bytes. Positions may reach the window's size.
    """
    values = window.words[positions]
    stops = ~values
    stops &= _STOP_BITS
    below = stops - _ONE
    below &= ~stops
    size = np.bitwise_count(below) >> 3
    longest = int(size.max(initial=0)) + 1
    values &= below
    values &= _SEVEN_BITS
    for least, bits, by in _SQUEEZE:
        if longest >= least:
            moved = values & bits
            values ^= moved
            moved >>= by
            values |= moved
    count = size.astype(np.int64)
    count += 1
    if longest > _WORD_BYTES:
        long = np.flatnonzero(size == _WORD_BYTES)
        values[long], count[long] = _long_varints(window.data, positions[long], values[long])
    return values, count


def _long_varints(
    data: Bytes, positions: Ints, values: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.uint64], Ints]:
    ninth, tenth = data[positions + 8], data[positions + 9]
    values = values | (ninth & 0x7F).astype(np.uint64) << _U64(56)
    more = ninth >= 0x80
    values |= np.where(more, tenth & 1, 0).astype(np.uint64) << _U64(63)
    return values, np.where(more, np.where(tenth >= 0x80, BROKEN, 10), 9)


@dataclass(frozen=True)
class Heads:
    """The heads of the fields that would start at some positions.

    ``tag`` is field number and wire type as the file has them, where the field's ``value`` starts and where
    it ends (`BROKEN` or beyond where no field can be), and for varints and spans the varint itself. ``same``
    is the tag of all of them where they have the same.
    """

    tag: Ints
    start: Ints
    stop: Ints
    value: npt.NDArray[np.uint64]
    same: int | None

    def take(self, rows: Ints) -> Heads:
        """Return the chosen heads."""
        tag = self.tag[: len(rows)] if self.same is not None else self.tag[rows]
        return Heads(tag, self.start[rows], self.stop[rows], self.value[rows], self.same)


def read_heads(window: Window, positions: Ints) -> Heads:
    """Return the heads of the fields at ``positions`` (int64, within the window)."""
    first = window.data[positions]
    main = int(first[len(first) // 2])
    if main >= 0x80 or main < _LEAST_TAG or main & 7 not in (VARINT, SPAN):
        return _mixed_heads(window, positions, first)
    others = np.flatnonzero(first != main)
    if len(others) * _RARE > len(first):
        return _mixed_heads(window, positions, first)
    start = positions + 1
    if main & 7 == SPAN:
        value, start, stop = _spans(window, start)
    else:
        value, size = read_varints(window, start)
        stop = start + size
    if not len(others):
        return Heads(np.broadcast_to(np.int64(main), start.shape), start, stop, value, main)
    tag = np.full(len(first), main, np.int64)
    rest = _mixed_heads(window, positions[others], first[others])
    tag[others], start[others], stop[others] = rest.tag, rest.start, rest.stop
    value[others] = rest.value
    return Heads(tag, start, stop, value, None)


def _spans(window: Window, positions: Ints) -> tuple[npt.NDArray[np.uint64], Ints, Ints]:
    """Return lengths, starts and stops of the spans whose lengths are at ``positions``."""
    value = window.data[positions].astype(np.uint64)
    start = positions + 1
    stop = start + value.view(np.int64)
    long = np.flatnonzero(value >= 0x80)
    if len(long):
        value[long], size = read_varints(window, positions[long])
        start[long] = positions[long] + np.minimum(size, PADDING)
        length = np.minimum(value[long], _NO_SPAN).astype(np.int64)
        stop[long] = positions[long] + size + length
    return value, start, stop


def _mixed_heads(window: Window, positions: Ints, first: Bytes) -> Heads:
    tags = first.astype(np.int64)
    start = positions + 1
    wide = np.flatnonzero(tags >= 0x80)
    if len(wide):
        tag, size = read_varints(window, positions[wide])
        sound = (size < BROKEN) & (tag <= _GREATEST_TAG)
        tags[wide] = np.where(sound, tag, 0).astype(np.int64)
        start[wide] = np.minimum(positions[wide] + np.where(sound, size, 1), window.size)
    wire = tags & 7
    value, size = read_varints(window, start)
    stop = start + size
    is_span = wire == SPAN
    start = np.where(is_span & (size < BROKEN), stop, start)
    length = np.minimum(value, _NO_SPAN).astype(np.int64)
    stop = np.where(is_span, stop + length, stop)
    other = np.flatnonzero(~is_span & (wire != VARINT))
    if len(other):
        fixed = np.select([wire[other] == FIXED64, wire[other] == FIXED32], [8, 4], BROKEN)
        stop[other] = start[other] + fixed
    stop[tags < _LEAST_TAG] = BROKEN
    return Heads(tags, start, stop, value, None)


def chain(window: Window, candidates: Ints, stops: Ints) -> Ints:
    """Return which of the candidates lie on the chain of fields that starts at the first one.

    Args:
        window: the bytes.
        candidates: ascending positions in the window.
        stops: for each, where the field that would start there ends.
    """
    count = len(candidates)
    slot = np.full(window.size + 1, count, np.int32)
    slot[candidates] = np.arange(count, dtype=np.int32)
    slot[window.size] = count
    following = slot[np.minimum(stops, window.size)]
    peeled = _peeled(following, count)
    if peeled is not None:
        return peeled
    blocks = -(-count // _BLOCK)
    target = np.full(blocks * _BLOCK, count, np.int64)
    target[:count] = following
    return _reached(np.ascontiguousarray(target.reshape(blocks, _BLOCK).T), count)


def _peeled(following: npt.NDArray[np.int32], count: int) -> Ints | None:
    """Return the candidates that are left after repeatedly removing those that no other leads to.

    All that is left is on the chain, since each has one before it, down to the first. None when chance has
    made too long a chain of false candidates, which would take too many rounds.
    """
    arrivals = np.bincount(following, minlength=count + 1)
    arrivals[0], arrivals[count] = 1, 1
    loose = np.flatnonzero(arrivals == 0)
    taken = [loose]
    for _ in range(_MOST_PEELS):
        if not len(loose):
            kept = np.ones(count, np.bool_)
            kept[np.concatenate(taken)] = False
            return np.flatnonzero(kept)
        freed = following[loose]
        np.subtract.at(arrivals, freed, 1)
        arrivals[count] = 1
        loose = np.sort(freed[arrivals[freed] == 0])
        loose = loose[np.diff(loose, prepend=-1) > 0]
        taken.append(loose)
    return None


def _reached(target: Ints, count: int) -> Ints:
    """Return the candidates on the chain from candidate 0; ``target[w, b]`` follows the w-th of block b."""
    blocks = target.shape[1]
    block = np.arange(blocks)
    place = target - block * _BLOCK
    leaves = (place >= _BLOCK) | (target == count)
    own = np.arange(_BLOCK)[:, None] * blocks + block
    place = np.where(leaves, own, place * blocks + block)
    leaving = target.copy()
    flat = leaving.reshape(-1)
    for row in range(_BLOCK - 1, -1, -1):
        leaving[row] = flat[place[row]]
    marks = np.zeros(target.shape, np.bool_)
    current = 0
    while current < count:
        at, row = divmod(current, _BLOCK)
        marks[row, at] = True
        current = int(leaving[row, at])
    flat_marks = marks.reshape(-1)
    for row in range(_BLOCK - 1):
        flat_marks[place[row][marks[row]]] = True
    return np.flatnonzero(marks.T.reshape(-1)[:count])
