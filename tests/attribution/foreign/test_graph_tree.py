"""A call graph to read: heaviest callees first, recursion cut, callees once."""

from profiler.attribution.foreign import graph_tree
from profiler.catalogue import catalogue
from profiler.readers import pstats
from tests import foreign_files as files

A, B, C = (("a.py", line, name) for line, name in enumerate("abc", start=1))


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


def test_what_holds_little_of_the_program_is_left_out():
    assert all(one.share >= 0.35 for one in view(files.beside(), 0.35).nodes)


def test_a_real_profile_ends_and_names_the_loop(tmp_path):
    tree = view(pstats.read(files.real("predict_loop", tmp_path)), 0.02)
    assert any(one.internal == "data_adapter" for one in tree.nodes)
    assert len(tree.nodes) < 300
