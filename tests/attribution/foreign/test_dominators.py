"""What stands above a function on every stack, held to what is left when it is taken away."""

import random

import pytest

from profiler.attribution.foreign import dominators


def test_what_every_way_passes_stands_above():
    above = dominators.immediate([[1, 2], [3], [3], [4], [3], [0]], [0])
    assert above == [6, 0, 0, 0, 3, dominators.UNREACHED]
    assert dominators.common(above, [4]) == {0, 3}
    assert dominators.common(above, [1, 4]) == {0}
    assert dominators.common(above, [5]) == set() and dominators.common(above, []) == set()


def test_where_two_stacks_may_begin_nothing_stands_above_both():
    above = dominators.immediate([[2], [2], []], [0, 1])
    assert above == [3, 3, 3] and dominators.common(above, [2]) == set()


def reached(callees, roots, without):
    found, pending = set(), [one for one in roots if one != without]
    while pending:
        if (row := pending.pop()) not in found:
            found.add(row)
            pending += [one for one in callees[row] if one != without]
    return found


@pytest.mark.parametrize("seed", range(60))
def test_without_a_function_that_stands_above_another_no_way_is_left(seed):
    source = random.Random(seed)
    size = source.randrange(2, 14)
    callees = [[source.randrange(size) for _ in range(source.randrange(3))] for _ in range(size)]
    roots = source.sample(range(size), source.randrange(1, 3))
    above = dominators.immediate(callees, roots)
    whole = reached(callees, roots, None)
    for row in range(size):
        ways = {one for one in range(size) if one != row and row not in reached(callees, roots, one)}
        assert dominators.common(above, [row]) == (ways if row in whole else set())


def test_a_deep_chain_needs_no_deep_stack():
    deep = 20_000
    above = dominators.immediate([*([row + 1] for row in range(deep - 1)), []], [0])
    assert above[1:] == [*range(deep - 1)]
