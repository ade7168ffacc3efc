"""One field at a time: what was written comes back, and what is no field is refused with its byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.readers.wire.protobuf import (
    SPAN,
    VARINT,
    WireError,
    beginning_fields,
    fields,
    read_field,
    read_varint,
    signed,
)
from tests.readers.wire.made import MESSAGES, encode
from tests.readers.xplane.encoding import integer, span, varint


def told(message, found):
    return [
        (one.number, one.wire, one.value if one.wire == VARINT else message[one.start : one.stop])
        for one in found
    ]


@given(MESSAGES)
def test_the_fields_of_a_message_come_back(written):
    message = encode(written)
    assert told(message, fields(message, 0, len(message))) == written


@given(MESSAGES, st.integers(0, 200))
def test_of_the_first_bytes_those_fields_come_back_that_begin_there(written, size):
    message = encode(written)[:size]
    found = list(beginning_fields(message))
    assert [(one.number, one.wire) for one in found] == [field[:2] for field in written[: len(found)]]
    assert told(message, found[:-1]) == written[: max(len(found) - 1, 0)]


@given(st.integers(0, (1 << 64) - 1), st.integers(0, 10))
def test_a_number_comes_back_however_it_is_padded(value, width):
    data = b"?" + varint(value, width=width)
    assert read_varint(data, 1, len(data)) == (value, len(data))


def test_a_number_of_more_than_64_bits_is_cut_to_them():
    assert read_varint(b"\xff" * 9 + b"\x7f", 0, 10)[0] == (1 << 64) - 1


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_a_signed_number_has_the_same_bits(value):
    assert signed(value & ((1 << 64) - 1)) == value


@pytest.mark.parametrize(
    ("data", "says", "offset"),
    [
        (b"\xff" * 11, "more than 10 bytes", 1),
        (b"\x80", "ends within a number", 1),
        (integer(0, 1), "no field has the number 0", 1),
        (varint(1 << 33) + b"\x00", "no field has the number", 1),
        (varint(1 << 3 | 3), "field 1 has wire type 3", 1),
        (span(2, b"abc")[:-1], "field 2 has 3 bytes, 2 are left", 1),
        (varint(2 << 3 | 1) + b"1234567", "field 2 has 8 bytes, 7 are left", 1),
    ],
)
def test_what_is_no_field_is_refused_with_its_byte(data, says, offset):
    with pytest.raises(WireError, match=says) as caught:
        read_field(b"?" + data, 1, len(data) + 1)
    assert caught.value.offset == offset


def test_a_field_knows_where_it_lies():
    field = read_field(b"??" + span(3, b"abc") + b"?", 2, 7)
    assert (field.number, field.wire, field.offset, field.start, field.stop, field.value) == (
        3,
        SPAN,
        2,
        4,
        7,
        3,
    )
