import numpy as np
import pytest

from profiler.tables import spec
from profiler.tables.trace import EVENTS, LINES, STACKS


def line(**changes):
    plain = {"host": ["h"], "plane": ["/host:CPU"], "name": ["python"], "kind": ["python"], "nests": [True]}
    return spec.make(LINES, **{**plain, "timestamp_ns": [0], **changes})


def events(**changes):
    """Return an event of 10 ps with one of 4 ps in it."""
    plain = {
        "line": [0, 0],
        "name": ["outer", "inner"],
        "start_ps": [0, 3],
        "duration_ps": [10, 4],
        "depth": [0, 1],
        "parent": [-1, 0],
        "self_ps": [6, 4],
    }
    return spec.make(EVENTS, **{**plain, **changes})


def stacks(**changes):
    plain = {
        "parent": [-1, 0],
        "name": ["a", "b"],
        "calls": [1, 2],
        "inclusive_ps": [10, 4],
        "self_ps": [6, 4],
    }
    return spec.make(STACKS, **{**plain, **changes})


def test_sound_tables_pass():
    assert (len(line()), len(events()), len(stacks())) == (1, 2, 2)


def test_a_line_is_of_a_known_kind():
    with pytest.raises(ValueError, match="kind 'gpu' is none of python, executor, device, other"):
        line(kind=["gpu"])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"start_ps": [3, 0]}, "row 1 is out of order"),
        ({"line": [1, 0]}, "row 1 is out of order"),
        ({"start_ps": [0, 0], "duration_ps": [4, 10]}, "row 1 is out of order"),
        ({"parent": [-1, 1]}, "row 1 has depth 1 and parent 1"),
        ({"parent": [-1, -1]}, "row 1 has depth 1 and parent -1"),
        ({"depth": [0, 2]}, "row 1 is not one level below its parent"),
        ({"line": [0, 1]}, "row 1 is not one level below its parent"),
        ({"self_ps": [6, 5]}, "self_ps exceeds duration_ps in row 1"),
        ({"duration_ps": [10, -4]}, "negative"),
    ],
)
def test_events_that_are_no_tree_are_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        events(**changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"parent": [-1, 1]}, "row 1 comes before its parent 1"),
        ({"inclusive_ps": [11, 4]}, "inclusive_ps of row 0"),
        ({"self_ps": [6, 3]}, "inclusive_ps of row 1"),
    ],
)
def test_a_stack_s_time_is_its_own_and_its_children_s(changes, says):
    with pytest.raises(ValueError, match=says):
        stacks(**changes)


def test_a_table_without_rows_is_sound():
    empty = {column.name: np.empty(0, column.dtype) for column in STACKS.columns if column.dtype != "string"}
    assert len(spec.make(STACKS, **empty, name=[])) == 0
