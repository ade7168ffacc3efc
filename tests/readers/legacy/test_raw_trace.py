"""Events as columns, before they become tables."""

import pytest

from profiler.readers.legacy import raw_trace
from profiler.readers.legacy.raw_trace import RawTrace
from profiler.tables.trace import LARGEST_PS


def test_threads_and_names_are_numbered_as_they_come():
    trace = RawTrace()
    trace.add((3, 7), "a", 10, 5)
    trace.add((3, 9), "b", 11, 0)
    trace.add((3, 7), "a", 20, 1)
    assert len(trace) == 3
    assert (trace.keys, trace.names) == ({(3, 7): 0, (3, 9): 1}, {"a": 0, "b": 1})
    assert (list(trace.line), list(trace.name)) == ([0, 1, 0], [0, 1, 0])
    assert (list(trace.start_ps), list(trace.duration_ps)) == ([10, 11, 20], [5, 0, 1])


@pytest.mark.parametrize(("start", "duration"), [(-1, 1), (1, -1), (LARGEST_PS, 1), (0, LARGEST_PS + 1)])
def test_a_time_that_cannot_be_one_of_the_session_is_refused(start, duration):
    with pytest.raises(ValueError, match="begins before the session or ends more than 53 days"):
        RawTrace().add((0, 0), "a", start, duration)
    RawTrace().add((0, 0), "a", 0, LARGEST_PS)


def test_more_threads_than_any_session_has_are_refused(monkeypatch):
    monkeypatch.setattr(raw_trace, "MOST_LINES", 2)
    trace = RawTrace()
    for number in range(2):
        trace.add((0, number), "a", 0, 1)
        trace.name_line((0, number), "thread")
        trace.name_plane(number, "plane")
    for refused in (
        lambda: trace.add((0, 2), "a", 0, 1),
        lambda: trace.name_line((0, 2), "thread"),
        lambda: trace.name_plane(2, "plane"),
    ):
        with pytest.raises(ValueError, match="more than 2 threads"):
            refused()
