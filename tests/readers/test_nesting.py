"""The call tree against a stack and a sweep over moments, one event at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiler.attribution.trace.python_events import check_python_events
from profiler.readers import nesting
from profiler.tables import spec
from profiler.tables.trace import EVENTS, LINES
from tests.oracles import xplane_oracle as oracle


def build(events):
    ordered = sorted(events, key=lambda event: (event[0], -event[1]))
    start = np.array([start for start, _ in ordered], np.int64)
    duration = np.array([duration for _, duration in ordered], np.int64)
    return ordered, nesting.build(start, duration)


def check(events):
    ordered, tree = build(events)
    depths, parents = oracle.nest(ordered)
    assert tree.depth.tolist() == depths
    assert tree.parent.tolist() == parents
    assert tree.self_ps.tolist() == oracle.self_times(ordered)
    assert int(tree.self_ps.sum()) == oracle.union_length(ordered)


@pytest.fixture(params=[3, 8, 1 << 16])
def piece(request, monkeypatch):
    monkeypatch.setattr(nesting, "_PIECE", request.param)


@pytest.mark.usefixtures("piece")
@pytest.mark.parametrize(
    "events",
    [
        [],
        [(0, 0)],
        [(0, 10)],
        [(0, 10), (0, 10), (0, 10)],
        [(5, 0), (5, 0), (5, 5), (10, 0), (10, 3)],
        [(0, 100), (10, 20), (12, 3), (15, 1), (30, 10), (50, 50)],
        [(row, 1000 - 2 * row) for row in range(400)],
        [(row * 2, 1) for row in range(400)],
        [(row, 50) for row in range(400)],
        [(0, 10), (5, 15), (12, 3), (16, 2)],
        [(0, 100), (90, 20), (95, 30)],
    ],
)
def test_shapes(events):
    check(events)


def test_parent_that_lies_in_an_earlier_piece(monkeypatch):
    monkeypatch.setattr(nesting, "_PIECE", 4)
    check([(0, 1000), (1, 998)] + [(10 * row, 5) for row in range(1, 90)] + [(950, 1), (951, 1)])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40), st.sampled_from([2, 5, 1 << 16])
)
def test_any_intervals(events, size):
    before, nesting._PIECE = nesting._PIECE, size
    try:
        check(events)
    finally:
        nesting._PIECE = before


def test_crossings_name_the_event_that_outlasts():
    start, end = np.array([0, 5, 6]), np.array([10, 20, 8])
    found = nesting.find_crossings(start, end)
    assert found.rows.tolist() == [0]
    assert found.by.tolist() == [1]


def test_depth_of_more_levels_than_a_short_integer_holds():
    count = 70_000
    start = np.arange(count)
    tree = nesting.build(start, 2 * count - 2 * start)
    assert tree.depth.tolist() == list(range(count))
    assert tree.parent.tolist() == list(range(-1, count - 1))
    assert set(tree.self_ps[:-1].tolist()) == {2}


def trace_tables_of(rows):
    """Return lines and events of one Python line from (name, start, duration)."""
    ordered = sorted(rows, key=lambda row: (row[1], -row[2]))
    start = np.array([row[1] for row in ordered], np.int64)
    duration = np.array([row[2] for row in ordered], np.int64)
    tree = nesting.build(start, duration)
    lines = spec.make(
        LINES,
        host=["h"],
        plane=["/host:CPU"],
        name=["python"],
        kind=["python"],
        nests=[True],
        timestamp_ns=[0],
    )
    events = spec.make(
        EVENTS,
        line=[0] * len(ordered),
        name=[row[0] for row in ordered],
        start_ps=start,
        duration_ps=duration,
        depth=tree.depth,
        parent=tree.parent,
        self_ps=tree.self_ps,
    )
    return lines, events


def test_totals_by_name_are_exact_beyond_floats():
    _, events = trace_tables_of([("a", 0, (1 << 61) + 1), ("b", 1, 1 << 60), ("a", 2, 3)])
    totals = nesting.totals_by_name(events)
    assert totals.names == ("a", "b")
    assert totals.events.tolist() == [2, 1]
    assert totals.duration_ps.tolist() == [(1 << 61) + 4, 1 << 60]
    assert totals.self_ps.tolist() == [(1 << 60) + 4, (1 << 60) - 3]


PREDICT = "$trainer.py:521 predict"


def calls(count):
    rows = []
    for call in range(count):
        at = call * 1000
        rows += [("$trace.py:50 __init__", at, 20), ("kprof_call", at + 10, 900), (PREDICT, at + 50, 800)]
        rows += [("$f.py:1 inner", at + 60, 100), ("$trace.py:121 __exit__", at + 905, 20)]
    return rows


def reason(rows, expected):
    return check_python_events(*trace_tables_of(rows), expected, "predict", "kprof_call")


def test_sound_python_events():
    assert reason(calls(3), 3) is None


def test_regions_that_python_frames_open_and_close_do_not_count_as_crossing():
    _, events = trace_tables_of(calls(1))
    assert (
        len(
            nesting.find_crossings(
                events.array("start_ps"), events.array("start_ps") + events.array("duration_ps")
            ).rows
        )
        == 2
    )
    assert reason(calls(1), 1) is None


def test_twice_as_many_predicts_as_calls():
    assert "4 predict events for 2 measured" in reason([*calls(2), (PREDICT, 70, 9), (PREDICT, 90, 9)], 2)


def test_a_predict_of_the_models_own_around_that_of_keras_is_no_second_call():
    own = [("$mine.py:7 predict", call * 1000 + 45, 810) for call in range(3)]
    assert reason([*calls(3), *own], 3) is None


def test_predicts_in_the_wrong_calls():
    moved = [
        (name, 90 if (name, start) == (PREDICT, 1050) else start, length) for name, start, length in calls(2)
    ]
    assert "a marked call holds 2 predict events" in reason(moved, 2)


def test_python_events_that_cross():
    assert "1 Python events end within" in reason([*calls(1), ("$g.py:1 g", 150, 50)], 1)


def test_missing_marks_and_missing_python_events():
    without = [row for row in calls(2) if row[0] != "kprof_call"]
    assert "0 marks for 2" in reason(without, 2)
    assert "no Python events" in reason([("kprof_call", 0, 5)], 1)
