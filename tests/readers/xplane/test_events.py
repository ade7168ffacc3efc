"""The events of a line, from bytes to columns."""

import pytest

from tests.readers.xplane.encoding import (
    anomalies,
    event,
    integer,
    line,
    names,
    rows_with_stats,
    space,
    span,
    varint,
)

MIB = 1 << 20


@pytest.mark.parametrize(
    ("offset", "duration", "counts"),
    [
        (5, -3, {"backwards": 1}),
        (-5, 3, {"early": 1}),
        ((1 << 63) - 1, 9, {"wrapped": 1}),
        (-(1 << 63), (1 << 63) - 1, {"wrapped": 1, "early": 1}),
        (1, (1 << 63) - 1, {"wrapped": 1}),
    ],
)
def test_odd_times_are_counted(read, offset, duration, counts):
    found = read(space(line(event(1, 0, 1) + event(1, offset, duration)), names(["a"])))
    assert anomalies(found) == counts
    assert len(found.events) == 2
    assert (found.events.array("duration_ps") >= 0).all()


def test_aggregated_events_have_no_start(read):
    aggregated = span(4, integer(1, 1) + integer(2, 9) + integer(5, 3) + integer(3, 4))
    found = read(space(line(aggregated), names(["a"])))
    assert anomalies(found) == {"aggregated": 1}
    assert found.events.array("start_ps").tolist() == [0]


def test_unknown_fields_and_wire_types_are_passed_over(read):
    unknown = (
        integer(15, 5) + span(200, b"abc") + varint(9 << 3 | 1) + bytes(8) + varint(9 << 3 | 5) + bytes(4)
    )
    wrong_type = span(3, b"zz")
    plain = space(line(event(1, 3, 4)), names(["a"]))
    found = read(
        span(99, b"?") + space(line(unknown + event(1, 3, 4, unknown + wrong_type) + unknown), names(["a"]))
    )
    assert found.events.array("start_ps").tolist() == [3]
    assert found.events.array("duration_ps").tolist() == [4]
    assert len(read(plain).events) == 1


def test_unknown_fields_between_all_events(read):
    events = b"".join(event(1, i * 10, 5) + integer(20 + i % 7, i) for i in range(3000))
    found = read(space(line(events), names(["a"])))
    assert found.events.array("start_ps").tolist() == list(range(0, 30000, 10))


def test_event_of_very_many_fields(read):
    many = span(4, integer(1, 1)) * 5000
    found = read(space(line(event(1, 1, 2, many) + event(1, 5, 2)), names(["a"])))
    assert found.events.array("start_ps").tolist() == [1, 5]
    assert rows_with_stats(found) == [0]


def test_event_larger_than_a_window(read):
    stat = span(4, integer(1, 1) + span(5, b"y" * (2 * MIB)))
    found = read(space(line(event(1, 1, 2, stat) + event(1, 5, 2)), names(["a"]), names(["k"], 5)))
    assert found.events.array("start_ps").tolist() == [1, 5]
    assert len(found.stats([0])[0]["k"]) == 2 * MIB


def test_padded_varints(read):
    padded = span(4, integer(1, 1) + varint(16) + varint(7, width=10) + varint(24) + varint(3, width=9))
    found = read(space(line(padded), names(["a"])))
    assert found.events.array("start_ps").tolist() == [7]
    assert found.events.array("duration_ps").tolist() == [3]
