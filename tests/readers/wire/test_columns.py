"""Many fields at once, against the fields read one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from profiler.readers.wire.columns import BROKEN, Window, chain, read_heads, read_varints
from profiler.readers.wire.protobuf import SPAN, VARINT, WireError, fields, read_field, read_varint
from tests.readers.wire.made import MESSAGES, encode
from tests.readers.xplane.encoding import event, varint


def window_of(data):
    return Window.copy(np.frombuffer(data, np.uint8), 0, len(data))


def array(positions):
    return np.array(positions, np.int64)


@given(st.lists(st.tuples(st.integers(0, (1 << 64) - 1), st.integers(0, 10)), min_size=1, max_size=40))
def test_numbers_of_any_width_come_back(written):
    pieces = [varint(value, width=width) for value, width in written]
    starts = np.cumsum([0, *map(len, pieces)])[:-1]
    values, sizes = read_varints(window_of(b"".join(pieces)), array(starts))
    assert values.tolist() == [value for value, _ in written]
    assert sizes.tolist() == [len(piece) for piece in pieces]


@given(st.binary(min_size=1, max_size=60))
def test_at_every_byte_a_number_is_that_which_is_read_alone(data):
    padded = data + bytes(16)
    values, sizes = read_varints(window_of(data), np.arange(len(data)))
    for at, (value, size) in enumerate(zip(values.tolist(), sizes.tolist(), strict=True)):
        try:
            wanted, end = read_varint(padded, at, len(padded))
        except WireError:
            assert size == BROKEN
        else:
            assert (value, size) == (wanted, end - at)


@given(MESSAGES.filter(bool))
def test_heads_say_what_each_field_does(written):
    message = encode(written)
    wanted = list(fields(message, 0, len(message)))
    found = read_heads(window_of(message), array([one.offset for one in wanted]))
    assert found.tag.tolist() == [one.number << 3 | one.wire for one in wanted]
    assert found.stop.tolist() == [one.stop for one in wanted]
    assert found.start.tolist() == [one.start for one in wanted]
    for value, one in zip(found.value.tolist(), wanted, strict=True):
        assert one.wire not in (VARINT, SPAN) or value == one.value


@given(st.binary(min_size=1, max_size=80))
def test_where_no_field_can_be_the_head_ends_beyond_the_window(data):
    found = read_heads(window_of(data), np.arange(len(data)))
    for at, stop in enumerate(found.stop.tolist()):
        try:
            assert read_field(data, at, len(data)).stop == stop
        except WireError:
            assert stop > len(data)


@given(MESSAGES.filter(bool))
def test_the_chain_is_the_fields_that_follow_each_other(written):
    message = encode(written)
    window = window_of(message)
    candidates = np.arange(len(message))
    reached = chain(window, candidates, read_heads(window, candidates).stop)
    assert reached.tolist() == [one.offset for one in fields(message, 0, len(message))]


def test_a_long_chain_of_false_candidates_beside_the_true_one_is_told_apart():
    # all of it but the first byte reads as a chain of its own, which peeling takes too long to take away
    message = event(1, 2, 3, b"") + encode([(1, SPAN, b"\x08\x01" * 5000)])
    window = window_of(message)
    candidates = np.flatnonzero(np.frombuffer(message, np.uint8) != 0)
    reached = chain(window, candidates, read_heads(window, candidates).stop)
    assert candidates[reached].tolist() == [one.offset for one in fields(message, 0, len(message))]
