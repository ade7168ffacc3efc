"""Bounds hold by hand on small graphs, and always hold the truth that stacks tell."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.attribution.foreign import call_graph
from profiler.attribution.foreign.call_graph import CallGraph
from profiler.readers.pstats import Samples
from tests import foreign_files as files
from tests.fuzzing import examples

A, B, X, Y = (("a.py", line, name) for line, name in enumerate(("a", "b", "x", "y"), start=1))


def row(graph, function):
    (found,) = graph.rows_of[function[0], function[2]]
    return found


def within(graph, entry, function):
    ends = [row(graph, entry)], [row(graph, function)]
    return graph.within(*ends, graph.nested(*ends), 0.0)


def test_what_only_the_entry_point_reaches_lies_all_within_it():
    graph = CallGraph(files.simple())
    found = within(graph, files.PREDICT, files.ADAPTER)
    assert (found.low, found.high, found.total) == pytest.approx((4.0, 4.0, 4.0), abs=1e-6)


def test_edges_from_each_entry_point_split_what_both_call_themselves():
    graph = CallGraph(files.beside())
    for entry, seconds in ((files.FIT, 2.0), (files.PREDICT, 1.0)):
        found = within(graph, entry, files.ADAPTER)
        assert (found.low, found.high) == pytest.approx((seconds, seconds), abs=1e-6)


def test_what_both_reach_through_a_third_is_bounded_by_what_each_gave_it():
    graph = CallGraph(files.beside())
    found = within(graph, files.PREDICT, files.CREATE)
    assert (found.low, found.high, found.total) == pytest.approx((2.0, 2.0, 5.0), abs=1e-6)


def test_a_wrapper_that_serves_two_entry_points_leaves_bounds_apart():
    """Through one wrapper fit and predict reach the third function; only its edges' sums are known."""
    third = ("tensorflow/a.py", 1, "third")
    made = files.profile(
        {
            files.MAIN: (1, 0.0, 10.0),
            files.FIT: (1, 2.0, 6.0),
            files.PREDICT: (1, 1.0, 4.0),
            files.HANDLER: (2, 0.0, 7.0),
            third: (1, 2.0, 2.0),
            files.CREATE: (1, 5.0, 5.0),
        },
        {
            (files.MAIN, files.FIT): (1, 6.0),
            (files.MAIN, files.PREDICT): (1, 4.0),
            (files.FIT, files.HANDLER): (1, 4.0),
            (files.PREDICT, files.HANDLER): (1, 3.0),
            (files.HANDLER, third): (1, 2.0),
            (files.HANDLER, files.CREATE): (1, 5.0),
        },
    )
    found = within(CallGraph(made), files.PREDICT, files.CREATE)
    assert (found.low, found.high) == pytest.approx((1.0, 3.0), abs=1e-6)


def test_the_union_of_functions_counts_once_what_one_calls_of_another():
    graph = CallGraph(files.simple())
    rows = [row(graph, files.PREDICT), row(graph, files.ADAPTER)]
    assert graph.union(rows) == pytest.approx(8.0)
    assert graph.entries(rows) == 5
    assert not graph.is_mutual(rows)


def test_functions_that_call_each_other_in_turn_are_mutual():
    made = files.profile({A: (2, 1.0, 2.0), B: (2, 1.0, 2.0)}, {(A, B): (1, 1.0), (B, A): (1, 1.0)})
    assert CallGraph(made).is_mutual([0, 1])


def test_the_outermost_of_some_functions_is_the_one_that_the_others_run_in():
    made = files.profile(
        {A: (1, 1.0, 6.0), B: (1, 1.0, 5.0), X: (1, 1.0, 4.0), Y: (1, 3.0, 3.0)},
        {(A, B): (1, 5.0), (B, X): (1, 4.0), (X, Y): (1, 3.0)},
    )
    assert CallGraph(made).outermost([1, 3]) == [1]
    assert CallGraph(made).outermost([3, 2]) == [2]


def test_the_outermost_of_many_functions_are_found_in_one_search(monkeypatch):
    """Each of them had a search of its own over the whole graph."""
    searches = []
    search = call_graph.breadth_first_order
    monkeypatch.setattr(
        call_graph, "breadth_first_order", lambda *a, **k: searches.append(1) or search(*a, **k)
    )
    outer, inner = ([("f.py", line, kind) for line in range(500)] for kind in ("outer", "inner"))
    functions = {A: (1, 1.0, 9.0), **dict.fromkeys([*outer, *inner], (1, 1.0, 1.0))}
    edges = {(A, one): (1, 1.0) for one in outer}
    edges |= dict.fromkeys(zip(outer, inner, strict=True), (1, 1.0))
    graph = CallGraph(files.profile(functions, edges))
    rows = [*range(1, len(functions))]
    assert graph.outermost(rows) == rows[: len(outer)]
    assert len(searches) == 1


def test_a_sampled_profile_counts_samples():
    functions = {A: (100, 0.0, 0.1), X: (40, 0.0, 0.04)}
    made = files.profile(functions, {(A, X): (40, 0.04)}, Samples(100, 0.001))
    graph = CallGraph(made)
    assert graph.total == 100
    assert graph.within([0], [1], 0.0, 0.0).low == pytest.approx(40, abs=1e-3)


@pytest.mark.fuzz
@examples(100)
@given(st.integers(0, 1 << 32))
def test_bounds_hold_the_truth_of_random_stacks(seed):
    """A profile of callers is counted from made-up stacks, and so is the truth."""
    source = random.Random(seed)
    names = [("f.py", line, f"f{line}") for line in range(1, 9)]
    root, entry, wanted = ("f.py", 0, "root"), names[0], names[1]
    functions = {one: [0, 0.0, 0.0] for one in (root, *names)}
    edges = {}
    truth = 0.0
    for _ in range(30):
        stack = [root, *source.sample(names, source.randrange(1, 6))]
        seconds = source.random()
        functions[stack[-1]][1] += seconds
        for one in stack:
            functions[one][2] += seconds
            functions[one][0] += one != root
        for pair in itertools.pairwise(stack):
            calls, held = edges.get(pair, (0, 0.0))
            edges[pair] = (calls + 1, held + seconds)
        if entry in stack and wanted in stack[stack.index(entry) :]:
            truth += seconds
    functions[root][0] = 1
    graph = CallGraph(files.profile({k: tuple(v) for k, v in functions.items()}, edges))
    found = within(graph, entry, wanted)
    assert found.low - 1e-4 <= truth <= found.high + 1e-4
