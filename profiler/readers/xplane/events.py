"""The events of an XLine: bytes to columns, without a loop over events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...tables.trace import LARGEST_PS
from ..wire.columns import Bytes, Ints
from ..wire.messages import Batch, Messages, Tags, Wanted, read_long_message, read_messages, walk
from ..wire.protobuf import SPAN, Field
from .schema import Event, Line

_WANTED = Wanted(
    (Event.METADATA_ID, Event.OFFSET_PS, Event.DURATION_PS, Event.NUM_OCCURRENCES),
    (Event.STATS,),
    (Event.OFFSET_PS, Event.NUM_OCCURRENCES),
)
_FREE_OF_OVERFLOW = 1 << 61


@dataclass(frozen=True)
class RawEvents:
    """Some events of a line as they are in the file, in its order.

    ``metadata_id``, ``offset_ps``, ``duration_ps``, ``occurrences``: int64, the fields' values. Where an
    event has stats, ``with_stats`` has its index and ``positions`` the byte of its tag in the file.
    """

    metadata_id: Ints
    offset_ps: Ints
    duration_ps: Ints
    occurrences: Ints
    with_stats: Ints
    positions: Ints


def decode_line(source: Bytes, start: int, stop: int, tags: Tags) -> Iterator[RawEvents | Field]:
    """Yield all events of the XLine in bytes ``start`` to ``stop``, in pieces, and its other fields.

    This is the one place where events are decoded: bytes in, columns out, nothing kept.

    Args:
        source: the file.
        start: where the line's message starts.
        stop: where it ends.
        tags: what is looked for in bulk, `line_tags` at first; may be used again for the next line.

    Raises:
        WireError: the bytes are no XLine.
    """
    for part in walk(source, start, stop, tags):
        if isinstance(part, Batch):
            events = part.only(Line.EVENTS)
            if len(events.positions):
                found = read_messages(events.window, events.heads.start, events.heads.stop, _WANTED)
                yield _raw(found, events.positions + events.window.offset)
            yield from part.last_fields(Line.EVENTS)
        elif part.number == Line.EVENTS and part.wire == SPAN:
            found = read_long_message(source, part.start, part.stop, _WANTED)
            yield _raw(found, np.array([part.offset]))
        else:
            yield part


def line_tags() -> Tags:
    """Return what `decode_line` looks for in bulk: events."""
    return Tags.of(Line.EVENTS)


def _raw(found: Messages, positions: Ints) -> RawEvents:
    with_stats = np.flatnonzero(found.starts[Event.STATS] >= 0)
    return RawEvents(
        found.integers[Event.METADATA_ID],
        found.integers[Event.OFFSET_PS],
        found.integers[Event.DURATION_PS],
        found.integers[Event.NUM_OCCURRENCES],
        with_stats,
        positions[with_stats],
    )


@dataclass(frozen=True)
class Times:
    """Starts and durations that can be added without overflow, and how many events were changed for it."""

    start_ps: Ints
    duration_ps: Ints
    backwards: int
    wrapped: int
    early: int


def sound_times(offset_ps: Ints, duration_ps: Ints) -> Times:
    """Return offsets and durations with every end within ±`LARGEST_PS` (53 days) of the line's timestamp.

    A negative duration becomes 0 (``backwards``); what lies or reaches beyond the limit is cut (``wrapped``);
    events before the line's timestamp are counted (``early``) and kept.
    """
    lowest, highest = int(offset_ps.min()), int(offset_ps.max())
    early = int((offset_ps < 0).sum()) if lowest < 0 else 0
    in_range = lowest >= -_FREE_OF_OVERFLOW and highest <= _FREE_OF_OVERFLOW
    if in_range and int(duration_ps.min()) >= 0 and int(duration_ps.max()) <= _FREE_OF_OVERFLOW:
        return Times(offset_ps, duration_ps, 0, 0, early)
    start = np.clip(offset_ps, -LARGEST_PS, LARGEST_PS)
    forwards = np.maximum(duration_ps, 0)
    duration = np.minimum(forwards, LARGEST_PS - start)
    wrapped = int(((start != offset_ps) | (duration != forwards)).sum())
    return Times(start, duration, int((duration_ps < 0).sum()), wrapped, early)
