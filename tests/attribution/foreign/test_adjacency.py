"""Searches over a graph of calls, held to ones written out."""

import random

import numpy as np
import pytest

from profiler.attribution.foreign.adjacency import Adjacency, met_by_others


def drawn(source):
    size = source.randrange(2, 12)
    edges = sorted(
        {(source.randrange(size), source.randrange(size)) for _ in range(source.randrange(3 * size))}
    )
    tails, heads = np.array(edges, np.int64).reshape(-1, 2).T
    return size, edges, tails, heads


def test_edges_and_heads_keep_the_order_of_the_profile():
    graph = Adjacency(np.array([2, 0, 2, 1]), np.array([1, 2, 0, 1]), 4)
    assert [graph.edges(row) for row in range(4)] == [[1], [3], [0, 2], []]
    assert [graph.heads(row) for row in range(4)] == [[2], [1], [1, 0], []]
    assert len(graph) == 4


def test_what_is_reached_holds_where_a_search_begins():
    graph = Adjacency(np.array([0, 1, 3]), np.array([1, 2, 2]), 5)
    assert graph.reached([0]).tolist() == [True, True, True, False, False]
    assert graph.reached([3, 4]).tolist() == [False, False, True, True, True]
    assert not graph.reached([]).any()


def test_of_two_functions_the_one_below_a_third_is_met():
    tails, heads = np.array([0, 2, 1]), np.array([2, 1, 3])
    assert met_by_others(tails, heads, [0, 1], [], 4) == {1}
    assert met_by_others(tails, heads, [0, 1], [2], 4) == set()
    assert met_by_others(tails, heads, [0], [], 4) == met_by_others(tails, heads, [], [], 4) == set()


def test_direct_calls_and_calls_of_oneself_through_others_meet_nothing():
    tails, heads = np.array([0, 0, 2]), np.array([1, 2, 0])
    assert met_by_others(tails, heads, [0, 1], [], 3) == set()


@pytest.mark.parametrize("seed", range(200))
def test_every_function_that_another_leads_to_is_met(seed):
    source = random.Random(seed)
    size, edges, tails, heads = drawn(source)
    rows = source.sample(range(size), source.randrange(1, size + 1))
    barred = {one for one in range(size) if one not in rows and not source.randrange(4)}
    met = set()
    for origin in rows:
        between, pending = set(), [origin]
        while pending:
            row = pending.pop()
            inner = [head for tail, head in edges if tail == row and head not in {*rows, *barred, *between}]
            between.update(inner)
            pending += inner
        met |= {head for tail, head in edges if tail in between and head in rows and head != origin}
    assert met_by_others(tails, heads, rows, barred, size) == met
