"""What stands above functions on every stack, held to what is left when it is taken away."""

import random

import numpy as np
import pytest

from profiler.attribution.foreign import dominators
from profiler.attribution.foreign.adjacency import Adjacency


def common(callees, roots, rows):
    edges = np.array(
        [(callee, row) for row, found in enumerate(callees) for callee in found], np.int64
    ).reshape(-1, 2)
    return dominators.common(Adjacency(edges[:, 0], edges[:, 1], len(callees)), {*roots}, rows)


def test_what_every_way_passes_stands_above():
    callees = [[1, 2], [3], [3], [4], [3], [0]]
    assert common(callees, [0], [4]) == {0, 3}
    assert common(callees, [0], [1, 4]) == {0}
    assert common(callees, [0], [5]) == set() and common(callees, [0], []) == set()


def test_where_two_stacks_may_begin_nothing_stands_above_both():
    callees: list[list[int]] = [[2], [2], []]
    assert [common(callees, [0, 1], [row]) for row in range(3)] == [set()] * 3


def test_a_function_that_no_root_reaches_has_nothing_above_it_and_bars_no_way_of_another():
    callees = [[1], [2], [], [2]]
    assert common(callees, [0], [2]) == {0, 1}
    assert common(callees, [0], [2, 3]) == set()


def reached(callees, roots, without):
    found, pending = set(), [one for one in roots if one != without]
    while pending:
        if (row := pending.pop()) not in found:
            found.add(row)
            pending += [one for one in callees[row] if one != without]
    return found


@pytest.mark.parametrize("seed", range(200))
def test_without_a_function_that_stands_above_others_no_way_to_them_is_left(seed):
    source = random.Random(seed)
    size = source.randrange(2, 14)
    callees = [[source.randrange(size) for _ in range(source.randrange(4))] for _ in range(size)]
    roots = source.sample(range(size), source.randrange(1, 3))
    whole = reached(callees, roots, None)
    left = {one: reached(callees, roots, one) for one in range(size)}
    for row in range(size):
        rows = {row, source.randrange(size), source.randrange(size)} if seed % 2 else {row}
        ways = {one for one in range(size) if one not in rows and not rows & left[one]}
        assert common(callees, roots, [*rows]) == (ways if rows <= whole else set())


def test_a_deep_chain_needs_no_deep_stack():
    deep = 20_000
    assert common([*([row + 1] for row in range(deep - 1)), []], [0], [deep - 1]) == {*range(deep - 1)}
