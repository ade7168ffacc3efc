"""Whole messages in bulk, against the fields read one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.readers.wire import messages
from profiler.readers.wire.columns import Window
from profiler.readers.wire.messages import Batch, Tags, Wanted, read_long_message, read_messages, walk
from profiler.readers.wire.protobuf import SPAN, VARINT, Field, WireError, fields, signed
from tests.readers.wire.made import MESSAGES, encode
from tests.readers.xplane.encoding import integer, span

WANTED = Wanted((1, 2, 3), (2, 4), (2, 3))


def bytes_of(data):
    return np.frombuffer(data, np.uint8)


def walked(data, tags, size):
    """Return every field that the walk gives, in bulk or singly, as (number, wire, start, stop)."""
    found = []
    for part in walk(bytes_of(data), 0, len(data), tags, size):
        if isinstance(part, Field):
            found.append((part.number, part.wire, part.start, part.stop))
        else:
            heads, base = part.heads, part.window.offset
            rows = zip(heads.tag.tolist(), heads.start.tolist(), heads.stop.tolist(), strict=True)
            found += [(tag >> 3, tag & 7, base + start, base + stop) for tag, start, stop in rows]
    return found


@given(MESSAGES, st.sampled_from([16, 64, 1 << 19]))
def test_the_walk_gives_every_field_in_order(written, size):
    data = encode(written)
    wanted = [(one.number, one.wire, one.start, one.stop) for one in fields(data, 0, len(data))]
    assert walked(data, Tags.of(1, 4), size) == wanted


def test_a_tag_that_keeps_turning_up_is_learnt():
    data = (span(4, b"event") + integer(9, 5)) * 200
    tags = Tags.of(4)
    parts = list(walk(bytes_of(data), 0, len(data), tags))
    assert len(walked(data, Tags.of(4), 1 << 19)) == 400
    assert tags.known[9 << 3 | VARINT]
    assert len(parts) < 30


def by_hand(message):
    """Return what `WANTED` asks of one message: integers, and the contents of spans."""
    integers, spans = dict.fromkeys(WANTED.integers, 0), dict.fromkeys(WANTED.spans)
    for one in fields(message, 0, len(message)):
        if one.wire == VARINT and one.number in integers:
            integers[one.number] = signed(one.value)
            if one.number in WANTED.exclusive:
                integers[sum(WANTED.exclusive) - one.number] = 0
        elif one.wire == SPAN and one.number in spans:
            spans[one.number] = message[one.start : one.stop]
    return integers, spans


def told(found, row, data):
    spans = {
        number: None
        if found.starts[number][row] < 0
        else data[found.starts[number][row] : found.stops[number][row]]
        for number in WANTED.spans
    }
    return {number: int(found.integers[number][row]) for number in WANTED.integers}, spans


@pytest.mark.long
@given(st.lists(MESSAGES, min_size=1, max_size=12))
def test_of_many_messages_the_last_value_of_each_field_counts(written):
    pieces = [encode(one) for one in written]
    data = b"".join(pieces)
    ends = np.cumsum([0, *map(len, pieces)])
    window = Window.copy(bytes_of(data), 0, len(data))
    found = read_messages(window, ends[:-1], ends[1:], WANTED)
    assert [told(found, row, data) for row in range(len(pieces))] == [by_hand(piece) for piece in pieces]


@given(MESSAGES)
def test_one_message_of_any_length_is_read_alike(written):
    data = encode(written)
    assert told(read_long_message(bytes_of(data), 0, len(data), WANTED), 0, data) == by_hand(data)


def test_messages_of_very_many_fields_are_read_one_by_one(monkeypatch):
    monkeypatch.setattr(messages, "_ROUNDS_BEFORE_GIVING_UP", 3)
    pieces = [integer(1, n) * 9 + integer(1, n + 1) for n in range(5)] + [integer(1, 7)]
    data = b"".join(pieces)
    ends = np.cumsum([0, *map(len, pieces)])
    found = read_messages(Window.copy(bytes_of(data), 0, len(data)), ends[:-1], ends[1:], WANTED)
    assert found.integers[1].tolist() == [1, 2, 3, 4, 5, 7]


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (integer(1, 1)[:-1], "ends within a number"),
        (span(2, b"abc")[:-1], "has 3 bytes"),
        (b"\x00\x01", "number 0"),
    ],
)
def test_a_damaged_message_is_refused_with_its_byte_in_the_file(second, says):
    first = integer(1, 5)
    data = b"????" + first + second
    window = Window.copy(bytes_of(data), 4, len(data))
    bounds = np.array([0, len(first), len(first) + len(second)])
    with pytest.raises(WireError, match=says) as caught:
        read_messages(window, bounds[:-1], bounds[1:], WANTED)
    assert caught.value.offset >= 4 + len(first)


def test_a_batch_can_be_narrowed_to_one_field_and_to_the_last_of_each():
    data = span(4, b"a") + span(2, b"b") + span(4, b"c") + span(2, b"d")
    (batch,) = [part for part in walk(bytes_of(data), 0, len(data), Tags.of(2, 4)) if isinstance(part, Batch)]
    assert [data[s:e] for s, e in zip(batch.only(4).heads.start, batch.only(4).heads.stop, strict=True)] == [
        b"a",
        b"c",
    ]
    assert [data[one.start : one.stop] for one in batch.last_fields()] == [b"c", b"d"]
    assert [data[one.start : one.stop] for one in batch.last_fields(leave_out=4)] == [b"d"]
