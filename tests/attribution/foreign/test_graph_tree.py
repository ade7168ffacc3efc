"""A call graph to read: heaviest callees first, recursion cut, callees once."""

import itertools
import tracemalloc

import pytest

from profiler.attribution.foreign import graph_tree
from profiler.catalogue import catalogue
from profiler.readers import pstats
from tests import foreign_files as files

A, B, C, D = (("a.py", line, name) for line, name in enumerate("abcd", start=1))


def view(made, least_share=0.0):
    return graph_tree.view(made, catalogue.load(), least_share)


def test_the_heaviest_callee_comes_first_with_the_numbers_of_its_edge():
    nodes = view(files.beside()).nodes
    shown = [(one.depth, one.name, one.weight) for one in nodes[:3]]
    assert shown == [(0, "main", 10.0), (1, "fit", 6.0), (2, "trace_function", 3.0)]
    create = next(one for one in nodes if one.name == "_create_concrete_function")
    assert create.internal == "create_graph_function"


def test_callees_are_shown_once():
    nodes = [one for one in view(files.beside()).nodes if one.name == "trace_function"]
    assert [one.cut for one in nodes] == ["", graph_tree.SHOWN_ABOVE]


def test_recursion_is_cut_and_marked():
    made = files.profile(
        {A: (1, 1.0, 9.0), B: (2, 4.0, 8.0), C: (2, 4.0, 7.0)},
        {(A, B): (1, 8.0), (B, C): (2, 7.0), (C, B): (1, 3.0)},
    )
    assert [(one.name, one.cut) for one in view(made).nodes] == [
        ("a", ""),
        ("b", ""),
        ("c", ""),
        ("b", graph_tree.RECURSIVE),
    ]


@pytest.mark.long
def test_a_deep_graph_needs_no_more_room_for_each_of_its_levels():
    """What waited to be shown held all that stood above it, at each level once more."""
    deep = 3000
    chain = [("deep.py", line, "down") for line in range(deep)]
    leaves = [("deep.py", line, "leaf") for line in range(deep)]
    functions = {one: (1, 1.0, float(2 * deep - line)) for line, one in enumerate(chain)}
    functions |= dict.fromkeys(leaves, (1, 1.0, 1.0))
    edges = {(one, lower): (1, functions[lower][2]) for one, lower in itertools.pairwise(chain)}
    edges |= dict.fromkeys(zip(chain, leaves, strict=True), (1, 1.0))
    made = files.profile(functions, edges)
    tracemalloc.start()
    try:
        nodes = view(made).nodes
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(nodes) == 2 * deep and max(one.depth for one in nodes) == deep
    assert most < 3000 * len(nodes)


def test_a_function_met_again_below_another_branch_is_not_recursive():
    made = files.profile(
        {A: (1, 1.0, 9.0), B: (1, 1.0, 5.0), C: (2, 6.0, 6.0), D: (1, 1.0, 1.0)},
        {(A, B): (1, 5.0), (B, C): (1, 4.0), (A, C): (1, 2.0), (C, D): (1, 1.0)},
    )
    assert [(one.depth, one.name, one.cut) for one in view(made).nodes] == [
        (0, "a", ""),
        (1, "b", ""),
        (2, "c", ""),
        (3, "d", ""),
        (1, "c", graph_tree.SHOWN_ABOVE),
    ]


def test_what_holds_little_of_the_program_is_left_out():
    assert all(one.share >= 0.35 for one in view(files.beside(), 0.35).nodes)


def test_a_real_profile_ends_and_names_the_loop(tmp_path):
    tree = view(pstats.read(files.real("predict_loop", tmp_path)), 0.02)
    assert any(one.internal == "data_adapter" for one in tree.nodes)
    assert len(tree.nodes) < 300
