"""The columns that events are collected in."""

import pytest

from profiler.protocol.errors import TraceFormatError
from profiler.readers import xplane
from profiler.tables.trace import LARGEST_PS
from tests.readers.xplane.encoding import (
    anomalies,
    event,
    integer,
    line,
    names,
    space,
    span,
)

MIB = 1 << 20


def test_unsorted_events_keep_their_stats(read):
    def mark(value):
        return span(4, integer(1, 1) + integer(4, value))

    events = event(1, 50, 5, mark(50)) + event(1, 0, 100) + event(1, 10, 5, mark(10))
    found = read(space(line(events), names(["a"]), names(["key"], 5)))
    assert found.events.array("start_ps").tolist() == [0, 10, 50]
    assert found.stats([0, 1, 2]) == [{}, {"key": 10}, {"key": 50}]


def test_more_events_than_the_size_explains(tmp_path):
    path = tmp_path / "a.xplane.pb"
    path.write_bytes(space(line(span(4, b"") * 1000)))
    with pytest.raises(TraceFormatError, match="one event in 7 bytes"):
        xplane.read(path)


def test_lines_that_are_joined_keep_the_stats_of_their_events(read):
    thread = (1 << 31) + 7

    def mark(value):
        return span(4, integer(1, 1) + integer(4, value))

    found = read(
        space(
            line(event(1, 0, 9, mark(1)), "python", thread),
            line(event(1, 0, 3, mark(2)), "other", 5),
            line(event(1, 20, 9, mark(3)), "", thread - (1 << 32)),
            names(["a"]),
            names(["key"], 5),
        )
    )
    assert found.events.array("line").tolist() == [0, 0, 1]
    assert found.stats([0, 1, 2]) == [{"key": 1}, {"key": 3}, {"key": 2}]


def test_starts_moved_beyond_the_limit_are_cut_and_counted(read):
    thread = (1 << 31) + 7
    early = line(event(1, 0, 1), "python", thread, 0)
    late = line(event(1, 0, 1), "", thread - (1 << 32), 1 << 62)
    found = read(space(early, late, names(["a"])))
    assert anomalies(found) == {"wrapped": 1}
    assert found.events.array("start_ps").tolist() == [0, LARGEST_PS]
    assert found.events.array("duration_ps").tolist() == [1, 0]
