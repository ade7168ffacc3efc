"""Traces with as many events as a profiler takes."""

import numpy as np
import pytest

from profiler.readers.truncation import CAPS, at_a_cap
from profiler.tables.spec import Coded, Table, make
from profiler.tables.trace import EVENTS, LINES


def tables(counts):
    """Return tables of lines with these kinds and numbers of events."""
    lines = make(
        LINES,
        host=["vm"] * len(counts),
        plane=["/"] * len(counts),
        name=["a"] * len(counts),
        kind=[kind for kind, _ in counts],
        nests=[True] * len(counts),
        timestamp_ns=[0] * len(counts),
    )
    line = np.repeat(np.arange(len(counts), dtype=np.int32), [number for _, number in counts])
    same = np.zeros(len(line), np.int64)
    small = np.zeros(len(line), np.int32)
    columns = {"line": line, "name": Coded(small, ("a",)), "start_ps": same, "duration_ps": same}
    return lines, Table(EVENTS, {**columns, "depth": small, "parent": small, "self_ps": same})


@pytest.mark.parametrize("cap", CAPS)
def test_as_many_events_as_a_cap_are_a_truncated_trace(cap):
    (found,) = at_a_cap(*tables([("device", cap)]))
    assert (found.kind, str(cap) in found.text) == ("truncated", True)
    assert at_a_cap(*tables([("device", cap - 1)])) == ()


def test_the_events_of_devices_are_counted_apart_from_the_host_s():
    cap = max(CAPS)
    assert len(at_a_cap(*tables([("python", 50), ("device", cap - 7), ("device", 7)]))) == 1
    assert at_a_cap(*tables([("python", cap), ("device", 5)])) == ()


def test_a_trace_without_events_was_not_cut():
    assert at_a_cap(*tables([])) == ()
