"""The invariants of a sound trace's Python events, on rows written down by hand."""

import numpy as np

from profiler.attribution.trace.python_events import check_python_events
from profiler.readers import nesting
from profiler.tables import spec
from profiler.tables.trace import EVENTS, LINES
from tests.readers import trees


def trace_tables_of(rows):
    """Return lines and events of one Python line from (name, start, duration)."""
    ordered = sorted(rows, key=lambda row: (row[1], -row[2]))
    start = np.array([row[1] for row in ordered], np.int64)
    duration = np.array([row[2] for row in ordered], np.int64)
    tree = trees.build(start, duration)
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


def test_regions_that_python_frames_open_and_close_are_no_partial_overlap_of_python_events():
    _, events = trace_tables_of(calls(1))
    assert (
        len(
            nesting.find_partial_overlaps(
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


def test_python_events_that_overlap_partially():
    assert "1 Python events end within" in reason([*calls(1), ("$g.py:1 g", 150, 50)], 1)


def test_missing_marks_and_missing_python_events():
    without = [row for row in calls(2) if row[0] != "kprof_call"]
    assert "0 marks for 2" in reason(without, 2)
    assert "no Python events" in reason([("kprof_call", 0, 5)], 1)
