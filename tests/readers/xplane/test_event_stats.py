"""The stats of events, decoded when they are asked for."""

import struct

import pytest

from profiler.protocol.errors import TraceFormatError
from tests.readers.xplane.encoding import (
    event,
    integer,
    line,
    names,
    space,
    span,
    varint,
)

MIB = 1 << 20


def test_every_kind_of_stat(read):
    def stat(number, contents):
        return span(4, integer(1, number) + contents)

    values = (
        stat(1, varint(2 << 3 | 1) + struct.pack("<d", 1.5))
        + stat(2, integer(3, (1 << 64) - 1))
        + stat(3, integer(4, -7))
        + stat(4, span(5, "é".encode()))
        + stat(5, span(6, b"\xff"))
        + stat(6, integer(7, 1))
        + stat(9, b"")
    )
    found = read(space(line(event(1, 0, 1, values)), names(["a"]), names(list("uvwxyz"), 5)))
    assert found.stats([0]) == [
        {"u": 1.5, "v": (1 << 64) - 1, "w": -7, "x": "é", "y": b"\xff", "z": "u", "9": None}
    ]


def test_of_stats_with_one_name_the_last_counts(read):
    twice = span(4, integer(1, 1) + integer(4, 5)) + span(4, integer(1, 1) + integer(4, 6))
    found = read(space(line(event(1, 0, 1, twice)), names(["a"]), names(["key"], 5)))
    assert found.stats([0]) == [{"key": 6}]


def test_a_damaged_stat_is_one_error_with_its_event_and_byte(read):
    found = read(space(line(event(1, 0, 1, span(4, b"\x0b"))), names(["a"])))
    with pytest.raises(TraceFormatError, match=r"stats of event 0: .*at byte \d+"):
        found.stats([0])
