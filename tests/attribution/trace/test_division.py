"""An instant belongs equally to all groups that have an interval then: against a walk over every instant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.attribution.trace import division
from tests.oracles import layers_oracle

MOMENT = st.integers(0, 40)
SPAN = st.tuples(MOMENT, MOMENT).map(sorted)


def ints(values):
    return np.array(values, np.int64)


def divide(intervals, windows, groups):
    """Divide (group, start, end) within windows."""
    group, start, end = (ints([one[place] for one in intervals]) for place in range(3))
    bounds = ints([low for low, _ in windows]), ints([high for _, high in windows])
    return division.divide(group, start, end, bounds, groups)


def test_the_worked_example():
    found = divide([(0, 0, 6), (1, 2, 6), (2, 4, 8)], [(0, 7)], 3)
    assert found == pytest.approx([2 + 1 + 2 / 3, 1 + 2 / 3, 2 / 3 + 1])
    assert found.sum() == pytest.approx(7)


def test_intervals_of_one_group_that_overlap_count_once():
    assert divide([(0, 0, 6), (0, 2, 4), (0, 5, 9)], [(0, 20)], 1).tolist() == [9]


def test_only_what_lies_in_a_window_counts():
    assert divide([(0, 0, 100), (1, 15, 100)], [(10, 20), (30, 40)], 2).tolist() == [12.5, 7.5]


def test_groups_without_time_have_none():
    assert divide([], [(0, 10)], 2).tolist() == [0, 0]
    assert divide([(1, 3, 3)], [(0, 10)], 2).tolist() == [0, 0]


@given(
    st.lists(st.tuples(st.integers(0, 4), SPAN), max_size=25),
    st.lists(MOMENT, max_size=6, unique=True).map(sorted),
)
def test_it_equals_a_walk_over_every_instant(spans, cuts):
    intervals = [(group, low, high) for group, (low, high) in spans]
    windows = [(low, high) for low, high in zip(cuts[::2], cuts[1::2], strict=False)]
    expected = [0.0] * 5
    for low, high in windows:
        for instant in range(low, high):
            running = {group for group, begin, end in intervals if begin <= instant < end}
            for group in running:
                expected[group] += 1 / len(running)
    assert divide(intervals, windows, 5) == pytest.approx(expected, abs=1e-9)


def test_times_near_the_largest_that_a_trace_holds_stay_exact():
    far = 1 << 61
    assert divide([(0, far, far + 5), (1, far + 1, far + 5)], [(far, far + 9)], 2).tolist() == [3, 2]


def nested(spans):
    """Return intervals that nest, in order, and the innermost one that holds each."""
    kept = []
    for low, high in sorted(spans, key=lambda one: (one[0], -one[1])):
        if all(high <= end or low >= end for _, end in kept):
            kept.append((low, high))
    parents = [
        max(
            (place for place, (low, high) in enumerate(kept[:row]) if low <= one[0] and one[1] <= high),
            default=-1,
        )
        for row, one in enumerate(kept)
    ]
    return kept, parents


@given(st.lists(SPAN, max_size=20))
def test_each_instant_of_nested_intervals_is_the_innermost_ones(spans):
    intervals, parents = nested(spans)
    number, begins, ends = division.innermost(
        ints([low for low, _ in intervals]), ints([high for _, high in intervals]), ints(parents)
    )
    pieces = list(zip(number.tolist(), begins.tolist(), ends.tolist(), strict=True))
    for instant in range(40):
        running = [row for row, (low, high) in enumerate(intervals) if low <= instant < high]
        owners = [row for row, begin, end in pieces if begin <= instant < end]
        assert owners == running[-1:]


def test_a_kernel_that_outlasts_the_one_that_holds_it_keeps_its_own_time():
    number, begins, ends = division.innermost(ints([0, 5]), ints([10, 15]), ints([-1, 0]))
    assert sorted(zip(number.tolist(), begins.tolist(), ends.tolist(), strict=True)) == [
        (0, 0, 5),
        (1, 5, 15),
    ]


def test_the_oracle_divides_an_instant_of_two_lines():
    kernels = [(0, 10, "a", "x"), (2, 4, "a", "y"), (3, 8, "b", "z")]
    found = layers_oracle.by_moment([(0, 20)], kernels)
    assert found == {"x": 2 + 4 / 2 + 2, "y": 1 + 1 / 2, "z": 1 / 2 + 4 / 2}
