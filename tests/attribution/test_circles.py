"""A circle of calls is found however long it is, and calls to and fro of others are none."""

import pytest

from profiler.attribution import circles

LONG = 50_000


@pytest.mark.parametrize(
    ("rows", "calls", "expected"),
    [
        ([], [], False),
        ([7], [(7, 7)], False),
        ([3, 9], [(3, 9)], False),
        ([3, 9], [(3, 9), (9, 3)], True),
        ([1, 2, 3, 4], [(1, 2), (1, 3), (2, 4), (3, 4)], False),
        ([1, 2, 3, 4], [(1, 2), (2, 3), (3, 4), (4, 2)], True),
    ],
)
def test_functions_that_call_each_other_in_a_circle_are_mutual(rows, calls, expected):
    assert circles.is_mutual(rows, calls) is expected


@pytest.mark.parametrize("last", [[], [(LONG - 1, 0)]])
def test_a_long_chain_of_calls_is_read_once(last):
    """Each of its links was taken off in a pass of its own over all that were left."""
    chain = iter([*((row, row + 1) for row in range(LONG - 1)), *last])
    assert circles.is_mutual(range(LONG), chain) is bool(last)
