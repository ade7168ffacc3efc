"""The call tree against a stack and a sweep over moments, one event at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.readers import nesting
from tests.fuzzing import examples
from tests.oracles import xplane_oracle as oracle
from tests.readers import trees


def build(events):
    ordered = sorted(events, key=lambda event: (event[0], -event[1]))
    start = np.array([start for start, _ in ordered], np.int64)
    duration = np.array([duration for _, duration in ordered], np.int64)
    return ordered, trees.build(start, duration)


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


@pytest.mark.fuzz
@examples(300)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40), st.sampled_from([2, 5, 1 << 16])
)
def test_any_intervals(events, size):
    before, nesting._PIECE = nesting._PIECE, size
    try:
        check(events)
    finally:
        nesting._PIECE = before


def test_a_partial_overlap_names_the_event_that_outlasts():
    start, end = np.array([0, 5, 6]), np.array([10, 20, 8])
    found = nesting.find_partial_overlaps(start, end)
    assert found.rows.tolist() == [0]
    assert found.by.tolist() == [1]


def test_depth_of_more_levels_than_a_short_integer_holds():
    count = 70_000
    start = np.arange(count)
    tree = trees.build(start, 2 * count - 2 * start)
    assert tree.depth.tolist() == list(range(count))
    assert tree.parent.tolist() == list(range(-1, count - 1))
    assert set(tree.self_ps[:-1].tolist()) == {2}
