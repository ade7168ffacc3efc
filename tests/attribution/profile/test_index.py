import dataclasses

from profiler.attribution.profile.index import NO_EDGE, Edge, ProfileIndex, Window, unsound
from tests.attribution.profile.made_profile import HARNESS, INNER, OUTER, PREDICT, SAMPLE, SECOND_NS, WRAPPER

WINDOW = Window(2, SECOND_NS, HARNESS, WRAPPER, "predict")


def test_functions_and_edges_are_found_by_label():
    index = ProfileIndex(SAMPLE)
    outer, inner = index.row(OUTER), index.row(INNER)
    assert index.row(("x.py", 1, "gone")) is None
    assert (index.calls(inner), index.primitive_calls(inner)) == (6, 6)
    assert (index.self_s(inner), index.cumulative_s(outer)) == (0.35, 0.50)
    assert index.edge(outer, inner) == Edge(4, 0.20, 0.20)
    assert index.edge(inner, outer) == NO_EDGE
    assert index.edge(index.row(WRAPPER), index.row(PREDICT)).calls == 2


def test_a_profile_of_other_calls_is_unsound():
    index = ProfileIndex(SAMPLE)
    assert unsound(index, WINDOW) is None
    assert unsound(index, dataclasses.replace(WINDOW, calls=3))
    assert unsound(index, dataclasses.replace(WINDOW, window_ns=2 * SECOND_NS))
    assert unsound(index, dataclasses.replace(WINDOW, wrapper=("x.py", 1, "gone")))
