"""The marked calls of a trace, and what ran inside them."""

import dataclasses

import numpy as np
import pytest

from profiler.attribution.call_shares import outermost
from profiler.attribution.trace.marked_calls import FARTHEST_NS, MarkedLine, Marks, find_marks
from profiler.catalogue.presence import Place
from profiler.protocol.errors import Unusable
from tests.attribution.trace import made_trace
from tests.attribution.trace.made_trace import MARK

F = Place("dir/a.py", 7, "Model.f")


def line(*events):
    trace = made_trace.of(*events)
    return MarkedLine(trace, find_marks(trace, MARK))


def test_the_marks_are_the_events_of_that_name_on_the_python_line():
    trace = made_trace.of_threads(
        {"executor": [(MARK, 5, 6)], "python": [(MARK, 0, 100), ("x", 1, 2), (MARK, 200, 250)]}
    )
    marks = find_marks(trace, MARK)
    assert marks.line == 1
    assert (marks.start.tolist(), marks.end.tolist()) == ([0, 200], [100, 250])


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ([("x", 0, 1)], "holds no kprof_call event on a line of Python events"),
        (
            [(MARK, 0, 100), (MARK, 200, 200), (MARK, 300, 300)],
            "2 of the 3 marked calls of the trace took no",
        ),
    ],
)
def test_no_mark_and_marks_without_length_are_one_line(events, says):
    with pytest.raises(Unusable, match=says):
        find_marks(made_trace.of(*events), MARK)


def test_marks_on_two_threads_are_those_of_no_loop():
    trace = made_trace.of_threads({"python": [(MARK, 0, 10)], "other": [(MARK, 20, 30)]})
    kinds = dataclasses.replace(trace.lines.coded("kind"), values=("python", "python"))
    lines = dataclasses.replace(trace.lines, columns={**trace.lines.columns, "kind": kinds})
    with pytest.raises(Unusable, match="on several lines"):
        find_marks(dataclasses.replace(trace, lines=lines), MARK)


def test_a_moment_lies_in_the_call_that_has_begun_and_not_ended():
    marks = Marks(0, np.array([0, 200]), np.array([100, 250]))
    moments = np.array([-1, 0, 99, 100, 199, 200, 250])
    assert marks.calls_of(moments).tolist() == [-1, 0, 0, -1, -1, 1, -1]


def test_lines_whose_clock_is_too_far_away_lie_beside_no_call():
    marks = Marks(1, np.array([0]), np.array([1]))
    assert marks.beside(np.array([5, 5, FARTHEST_NS + 5, FARTHEST_NS + 6])).tolist() == [
        True,
        True,
        True,
        False,
    ]


def test_functions_are_found_by_event_name_inside_the_calls_alone():
    found = line((F.event_name, 0, 5), (MARK, 10, 100), (F.event_name, 20, 30), ("$a.py:8 f", 40, 50))
    assert F.event_name == "$a.py:7 f"
    assert found.rows_of((F,)).tolist() == [2]
    assert found.rows_of(()).tolist() == []
    assert found.call.tolist() == [-1, 0, 0, 0]


def test_what_outlasts_its_mark_ends_with_it():
    found = line((MARK, 0, 100), ("$a.py:1 g", 90, 130))
    assert found.end.tolist() == [100, 100]


def test_of_rows_that_lie_in_each_other_the_outer_ones_are_kept():
    name = F.event_name
    found = line(
        (MARK, 0, 100), (name, 0, 50), (name, 10, 40), (name, 12, 20), (name, 60, 70), (name, 70, 80)
    )
    assert found.start[outermost(found, found.rows_of((F,)))].tolist() == [0, 60, 70]
