"""Whole protobuf messages in bulk: the fields of a long message, and the fields of many short ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from .columns import MOST_CANDIDATES, Bytes, Heads, Ints, Mask, Window, chain, read_heads
from .protobuf import SPAN, VARINT, Field, WireError, read_field, signed

WINDOW_BYTES = 1 << 19
_MISSES_BEFORE_LEARNING = 4
_ROUNDS_BEFORE_GIVING_UP = 64
_FEW = 256


@dataclass(frozen=True)
class Tags:
    """The tag bytes that are looked for in bulk.

    A byte that keeps turning up between them is learnt, so that a file of unusual order is read in bulk
    as well, only more slowly.
    """

    known: Mask
    misses: Ints = field(default_factory=lambda: np.zeros(256, np.int64))

    @staticmethod
    def of(*numbers: int) -> Tags:
        """Return the tags of the length-delimited fields with these numbers."""
        known = np.zeros(256, np.bool_)
        known[[number << 3 | SPAN for number in numbers]] = True
        return Tags(known)

    def candidates(self, window: Window) -> Ints:
        """Return the positions in ``window`` that may be tags, ascending, `MOST_CANDIDATES` at most."""
        data = window.data[: window.size]
        known = np.flatnonzero(self.known)
        found = np.flatnonzero(data == known[0] if len(known) == 1 else self.known[data])
        return found[:MOST_CANDIDATES]

    def miss(self, byte: int) -> None:
        """Count a tag that interrupted the ones that are known."""
        self.misses[byte] += 1
        self.known[byte] |= self.misses[byte] >= _MISSES_BEFORE_LEARNING


@dataclass(frozen=True)
class Batch:
    """Fields that follow each other in one window: their positions and heads, relative to the window."""

    window: Window
    positions: Ints
    heads: Heads

    def only(self, number: int) -> Batch:
        """Return the length-delimited fields ``number``."""
        tag = number << 3 | SPAN
        if self.heads.same == tag:
            return self
        chosen = np.flatnonzero(self.heads.tag == tag)
        return Batch(self.window, self.positions[chosen], self.heads.take(chosen))

    def last_fields(self, leave_out: int | None = None) -> Iterator[Field]:
        """Yield the last field of each tag but the length-delimited ``leave_out``, in the file's order.

        This is for fields that a message has once; of a repeated one it would lose all but the last.
        """
        head, base = self.heads, self.window.offset
        omitted = None if leave_out is None else leave_out << 3 | SPAN
        if head.same is not None and head.same == omitted:
            return
        tags = np.unique(head.tag)
        for row in sorted(int(np.flatnonzero(head.tag == tag)[-1]) for tag in tags if tag != omitted):
            number, wire = int(head.tag[row]) >> 3, int(head.tag[row]) & 7
            start, stop = base + int(head.start[row]), base + int(head.stop[row])
            value = int(head.value[row]) if wire == VARINT else stop - start
            yield Field(number, wire, base + int(self.positions[row]), start, stop, value)


def walk(
    source: Bytes, start: int, stop: int, tags: Tags, size: int = WINDOW_BYTES
) -> Iterator[Batch | Field]:
    """Yield the fields of the message in ``start`` to ``stop``: in bulk where possible, else singly.

    Raises:
        WireError: the bytes are no message.
    """
    view = memoryview(source.data)
    position, missed = start, -1
    while position < stop:
        batch = None
        if tags.known[source[position]]:
            if missed >= 0:
                tags.miss(missed)
                missed = -1
            batch = _batch(Window.copy(source, position, min(stop, position + size)), tags)
        else:
            missed = int(source[position])
        if batch is None:
            single = read_field(view, position, stop)
            position = single.stop
            yield single
        else:
            position = batch.window.offset + int(batch.heads.stop[-1])
            yield batch


def _batch(window: Window, tags: Tags) -> Batch | None:
    """Return the fields that lie wholly in the window, or None when the first already does not."""
    candidates = tags.candidates(window)
    heads = read_heads(window, candidates)
    reached = chain(window, candidates, heads.stop)
    if heads.stop[reached[-1]] > window.size:
        reached = reached[:-1]
    if not len(reached):
        return None
    return Batch(window, candidates[reached], heads.take(reached))


@dataclass(frozen=True)
class Wanted:
    """Which fields of many messages are read: numbers of integers and of length-delimited fields.

    ``exclusive`` are two integers of one ``oneof``: setting one clears the other.
    """

    integers: tuple[int, ...] = ()
    spans: tuple[int, ...] = ()
    exclusive: tuple[int, int] | None = None


@dataclass(frozen=True)
class Messages:
    """What was wanted of each message; a missing integer is 0, a missing span starts at -1."""

    integers: dict[int, Ints]
    starts: dict[int, Ints]
    stops: dict[int, Ints]

    @staticmethod
    def empty(wanted: Wanted, count: int) -> Messages:
        """Return ``count`` messages of which nothing has been read yet."""
        return Messages(
            {number: np.zeros(count, np.int64) for number in wanted.integers},
            {number: np.full(count, -1, np.int64) for number in wanted.spans},
            {number: np.full(count, -1, np.int64) for number in wanted.spans},
        )

    def put(self, wanted: Wanted, rows: Ints | slice, heads: Heads) -> None:
        """Take what is wanted from one field of each message in ``rows``."""
        for number in wanted.integers:
            chosen = _chosen(heads, number << 3 | VARINT, rows)
            if chosen is not None:
                at, take = chosen
                self.integers[number][at] = heads.value[take].view(np.int64)
                if wanted.exclusive and number in wanted.exclusive:
                    self.integers[sum(wanted.exclusive) - number][at] = 0
        for number in wanted.spans:
            chosen = _chosen(heads, number << 3 | SPAN, rows)
            if chosen is not None:
                at, take = chosen
                self.starts[number][at] = heads.start[take]
                self.stops[number][at] = heads.stop[take]

    def put_one(self, wanted: Wanted, row: int, single: Field) -> None:
        """Take what is wanted from one field of the message ``row``."""
        if single.wire == VARINT and single.number in self.integers:
            self.integers[single.number][row] = signed(single.value)
            if wanted.exclusive and single.number in wanted.exclusive:
                self.integers[sum(wanted.exclusive) - single.number][row] = 0
        elif single.wire == SPAN and single.number in self.starts:
            self.starts[single.number][row] = single.start
            self.stops[single.number][row] = single.stop


_EVERY = slice(None)


def _chosen(heads: Heads, tag: int, rows: Ints | slice) -> tuple[Ints | slice, Ints | slice] | None:
    """Return the rows whose tag is ``tag`` and where they are among the heads; None when there are none."""
    if heads.same is not None:
        return (rows, _EVERY) if heads.same == tag else None
    take = np.flatnonzero(heads.tag == tag)
    if not len(take):
        return None
    return (take if isinstance(rows, slice) else rows[take]), take


def read_messages(window: Window, starts: Ints, stops: Ints, wanted: Wanted) -> Messages:
    """Return what is wanted of the messages in ``starts`` to ``stops`` of the window, last value wins.

    One round takes the next field of every message that has one.

    Raises:
        WireError: one of them is no message.
    """
    found = Messages.empty(wanted, len(starts))
    rows: Ints | slice = _EVERY
    position = starts
    for done in range(window.size + 1):
        left = position < stops
        if not left.all():
            keep = np.flatnonzero(left)
            rows = keep if isinstance(rows, slice) else rows[keep]
            position, stops = position[keep], stops[keep]
        if not len(position):
            break
        if done >= _ROUNDS_BEFORE_GIVING_UP and len(position) <= _FEW and not isinstance(rows, slice):
            _read_long(window, zip(rows, position, stops, strict=True), wanted, found)
            break
        heads = read_heads(window, position)
        if (heads.stop > stops).any():
            refuse(window, position, stops, heads.stop)
        found.put(wanted, rows, heads)
        position = heads.stop
    return found


def refuse(window: Window, positions: Ints, stops: Ints, ends: Ints) -> None:
    """Raise the `WireError` that says what is wrong with the first field that ends beyond its message."""
    row = int(np.argmax(ends > stops))
    position, stop = window.offset + int(positions[row]), window.offset + int(stops[row])
    inner = memoryview(window.data.data)
    try:
        read_field(inner, int(positions[row]), int(stops[row]))
    except WireError as error:
        raise WireError(error.message, window.offset + error.offset) from None
    raise WireError(f"a field does not end by byte {stop}", position)


def _read_long(window: Window, left: Iterable[tuple[int, int, int]], wanted: Wanted, found: Messages) -> None:
    """Read the rest of messages that have very many fields: one after another, each of them in bulk."""
    try:
        for row, start, stop in left:
            _take_fields(window.data, int(start), int(stop), wanted, found, int(row))
    except WireError as error:
        raise WireError(error.message, window.offset + error.offset) from None


def read_long_message(source: Bytes, start: int, stop: int, wanted: Wanted) -> Messages:
    """Return what is wanted of one message in bytes ``start`` to ``stop``, however long it is.

    Raises:
        WireError: it is no message.
    """
    found = Messages.empty(wanted, 1)
    _take_fields(source, start, stop, wanted, found, 0)
    return found


def _take_fields(source: Bytes, start: int, stop: int, wanted: Wanted, found: Messages, row: int) -> None:
    for part in walk(source, start, stop, Tags.of(*(wanted.spans or (1,)))):
        for single in part.last_fields() if isinstance(part, Batch) else (part,):
            found.put_one(wanted, row, single)
