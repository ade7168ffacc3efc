"""Bounds hold by hand on small graphs, and always hold the truth that stacks tell."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.attribution.foreign import adjacency, call_graph
from profiler.attribution.foreign.call_graph import Bounds, CallGraph
from profiler.readers.pstats import Samples
from tests import foreign_files as files
from tests.attribution.foreign import made_program
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
    assert (found.low, found.high) == pytest.approx((4.0, 4.0), abs=1e-6)


def test_edges_from_each_entry_point_split_what_both_call_themselves():
    graph = CallGraph(files.beside())
    for entry, seconds in ((files.FIT, 2.0), (files.PREDICT, 1.0)):
        found = within(graph, entry, files.ADAPTER)
        assert (found.low, found.high) == pytest.approx((seconds, seconds), abs=1e-6)


def test_what_both_reach_through_a_third_is_bounded_by_what_each_gave_it():
    graph = CallGraph(files.beside())
    found = within(graph, files.PREDICT, files.CREATE)
    assert (found.low, found.high) == pytest.approx((2.0, 2.0), abs=1e-6)


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
    assert graph.union(rows) == Bounds(8.0, 8.0)
    assert graph.entries(rows) == 5
    assert not graph.is_mutual(rows)


def through_another(also_s=0.0, elsewhere_s=0.0):
    """Return a program whose predict (6 s) calls A (5 s), which calls X (1 s), which calls B.

    ``also_s`` is what predict gives X itself, and ``elsewhere_s`` what X gives another function than B.
    """
    in_x = 1.0 + also_s
    functions = {
        files.MAIN: (1, 0.0, 6.0),
        files.PREDICT: (1, 1.0 - also_s, 6.0),
        A: (1, 4.0, 5.0),
        X: (2, 0.0, in_x),
        B: (2, in_x - elsewhere_s, in_x - elsewhere_s),
        Y: (2, elsewhere_s, elsewhere_s),
    }
    edges = {
        (files.MAIN, files.PREDICT): (1, 6.0),
        (files.PREDICT, A): (1, 5.0),
        (files.PREDICT, X): (1, also_s),
        (A, X): (1, 1.0),
        (X, B): (2, in_x - elsewhere_s),
        (X, Y): (2, elsewhere_s),
    }
    return CallGraph(files.profile(functions, edges))


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ({}, 5.0, 5.0),
        ({"also_s": 0.5}, 5.5, 5.5),
        ({"also_s": 1.0, "elsewhere_s": 1.0}, 5.0, 6.0),
    ],
    ids=["only through it", "beside it", "cannot be told"],
)
def test_what_one_function_calls_of_another_through_a_third_counts_once(given, low, high):
    """Both were added up: all of predict lay within them, where 5 of its 6 seconds do."""
    graph = through_another(**given)
    rows = [row(graph, A), row(graph, B)]
    found = graph.union(rows)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)
    assert graph.entries(rows) is None


def test_what_stands_above_all_of_them_and_never_within_itself_does_not_lead_back():
    """Everything that TensorFlow does leads to Keras's wrapper, and so to predict, were it not running."""
    third = ("a.py", 9, "wrapper")
    functions = {third: (2, 1.0, 9.0), files.PREDICT: (1, 1.0, 8.0), A: (1, 3.0, 4.0), B: (1, 3.0, 3.0)}
    edges = {
        (third, files.PREDICT): (1, 8.0),
        (files.PREDICT, A): (1, 4.0),
        (files.PREDICT, B): (1, 3.0),
        (A, third): (1, 1.0),
    }
    graph = CallGraph(files.profile(functions, edges, within={third: 1}))
    rows = [row(graph, A), row(graph, B)]
    assert graph.union(rows) == Bounds(7.0, 7.0) and graph.entries(rows) == 2
    twice = {**functions, files.PREDICT: (2, 1.0, 8.0)}
    again = CallGraph(files.profile(twice, edges, within={third: 1, files.PREDICT: 1}))
    assert again.union(rows).low == pytest.approx(6.0, abs=1e-6) and again.entries(rows) is None


def test_an_entry_point_that_another_internal_calls_still_holds_all_that_it_alone_calls():
    functions = {A: (1, 1.0, 9.0), X: (1, 1.0, 8.0), files.PREDICT: (1, 3.0, 7.0), B: (1, 4.0, 4.0)}
    edges = {(A, X): (1, 8.0), (X, files.PREDICT): (1, 7.0), (files.PREDICT, B): (1, 4.0)}
    graph = CallGraph(files.profile(functions, edges))
    entry, wanted, other = ([row(graph, one)] for one in (files.PREDICT, B, X))
    nested = graph.nested(entry, [*wanted, *other])
    assert nested == pytest.approx(7.0, abs=1e-6)
    found = graph.within(entry, wanted, nested, 0.0)
    assert (found.low, found.high) == pytest.approx((4.0, 4.0), abs=1e-6)


def test_bounds_may_be_one_number():
    """All time of this program is as many seconds as a flow has units, so that nothing is rounded."""
    functions = {A: (1, 2e7, 1e8), files.PREDICT: (1, 4e7, 8e7), B: (1, 4e7, 4e7), Y: (0, 0.0, 0.0)}
    edges = {(A, files.PREDICT): (1, 8e7), (files.PREDICT, B): (1, 4e7)}
    graph = CallGraph(files.profile(functions, edges))
    assert within(graph, files.PREDICT, B) == Bounds(4e7, 4e7)
    assert within(graph, files.PREDICT, Y) == Bounds(0.0, 0.0)


def test_times_below_the_unit_of_a_flow_are_not_lost():
    """Each way holds half a unit of flow: rounded down, all of them together would hold nothing."""
    ways = [("way.py", line, f"way{line}") for line in range(500)]
    each = 0.5 / call_graph.UNITS
    functions = {A: (1, 0.5, 1.0), files.PREDICT: (1, 0.5, 0.5), B: (500, 500 * each, 500 * each)}
    functions |= dict.fromkeys(ways, (1, 0.0, each))
    edges = {(A, files.PREDICT): (1, 0.5), (files.PREDICT, B): (0, 0.0)}
    edges |= {(A, one): (1, each) for one in ways} | {(one, B): (1, each) for one in ways}
    assert within(CallGraph(files.profile(functions, edges)), files.PREDICT, B).low == 0.0


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
    search = adjacency.breadth_first_order
    monkeypatch.setattr(
        adjacency, "breadth_first_order", lambda *a, **k: searches.append(1) or search(*a, **k)
    )
    outer, inner = ([("f.py", line, kind) for line in range(500)] for kind in ("outer", "inner"))
    functions = {A: (1, 1.0, 9.0), **dict.fromkeys([*outer, *inner], (1, 1.0, 1.0))}
    edges = {(A, one): (1, 1.0) for one in outer}
    edges |= dict.fromkeys(zip(outer, inner, strict=True), (1, 1.0))
    graph = CallGraph(files.profile(functions, edges))
    rows = [*range(1, len(functions))]
    assert graph.outermost(rows) == rows[: len(outer)]
    assert len(searches) == 1


def test_flows_of_many_functions_that_each_hold_all_of_a_long_program_do_not_overflow():
    """Capacities are 32-bit integers, and 50 nested functions of a year each take over 40 times as much."""
    year, names = 3.15e7, [("deep.py", line, f"f{line}") for line in range(50)]
    functions = {A: (1, 0.0, year), **dict.fromkeys(names[:-1], (1, 0.0, year)), names[-1]: (1, year, year)}
    edges = {(A, names[0]): (1, year)} | dict.fromkeys(itertools.pairwise(names), (1, year))
    graph = CallGraph(files.profile(functions, edges))
    rows = [graph.rows_of["deep.py", name][0] for _, _, name in names]
    assert 50 * call_graph.UNITS > 2**31
    assert graph.nested([0], rows) == 0.0
    assert graph.nested(rows[-1:], rows) == pytest.approx(year)
    held, slack = graph._flow(np.full(len(graph), year), (), rows, year)
    assert (held, slack) == (pytest.approx(50 * year), 0.0)
    found = graph.within([0], rows, 0.0, 0.0)
    assert (found.low, found.high) == pytest.approx((year, year), rel=1e-6)


def test_a_sampled_profile_counts_samples():
    functions = {A: (100, 0.0, 0.1), X: (40, 0.0, 0.04)}
    made = files.profile(functions, {(A, X): (40, 0.04)}, Samples(100, 0.001))
    graph = CallGraph(made)
    assert graph.total == 100
    assert graph.within([0], [1], 0.0, 0.0).low == pytest.approx(40, abs=1e-3)


def chosen(source, functions):
    """Return one to three of the functions."""
    return source.sample(functions, min(len(functions), source.randrange(1, 4)))


def hold_the_truth(seed):
    """Hold bounds to a made-up program: a profile is counted from its stacks, and so is the truth."""
    source = random.Random(seed)
    program = made_program.make(source, source.randrange(4, 10), 120)
    graph = CallGraph(program.profile())
    functions = sorted({*program.functions()} - {made_program.ROOT})
    rows = {one: row(graph, one) for one in functions}
    for _ in range(6):
        entry, wanted = chosen(source, functions), chosen(source, functions)
        ends = [[rows[one] for one in some] for some in (entry, wanted)]
        union, truth = graph.union(ends[1]), program.together(wanted)
        assert union.low - 1e-4 <= truth <= union.high + 1e-4
        assert graph.entries(ends[1]) in (None, program.entered(wanted))
        if not {*entry} & {*wanted}:
            found = graph.within(*ends, graph.nested(*ends), 0.0)
            truth = program.inside(entry, wanted)
            assert found.low - 1e-4 <= truth <= found.high + 1e-4


@pytest.mark.fuzz
@examples(100)
@given(st.integers(0, 1 << 32))
def test_bounds_hold_the_truth_of_random_stacks(seed):
    hold_the_truth(seed)


@pytest.mark.fuzz
@pytest.mark.parametrize("dropped", [0.01, 0.1, 0.5])
def test_bounds_hold_the_truth_where_light_edges_are_left_out(dropped, monkeypatch):
    monkeypatch.setattr(call_graph, "MANY_EDGES", 0)
    monkeypatch.setattr(call_graph, "MOST_DROPPED", dropped)
    for seed in range(40):
        hold_the_truth(seed)


def test_of_many_functions_that_reach_each_other_the_heaviest_is_the_least(monkeypatch):
    monkeypatch.setattr(call_graph, "MANY_REACHED", 0)
    graph = through_another(also_s=0.5)
    found = graph.union([row(graph, A), row(graph, B)])
    assert (found.low, found.high) == pytest.approx((5.0, 5.5), abs=1e-6)
