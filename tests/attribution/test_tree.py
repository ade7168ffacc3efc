"""What the tree shows, and what it folds away."""

from profiler.attribution import stacks, tree
from profiler.attribution.validated import SoundStacks
from profiler.catalogue.presence import Place, Resolution
from profiler.readers.code_places import CodePlaces
from tests.attribution.trace import made_trace
from tests.attribution.trace.made_trace import MARK

PLACES = CodePlaces({}, {})
MAKE_ITERATOR = Place("ops/iterator_ops.py", 5, "_create_iterator")
RESOLUTIONS = {"make_iterator": Resolution("present", (MAKE_ITERATOR,), (MAKE_ITERATOR,))}


def shown(*events, least_share=0.1, runtime=True):
    merged = stacks.merge(made_trace.of(*events), MARK)
    (root,) = tree.view(SoundStacks(None, merged, PLACES), RESOLUTIONS, least_share, runtime)
    return root


def lines(node, depth=0):
    name = node.frame.name + (f" +{node.collapsed}" if node.collapsed else "")
    return [(depth, name), *(line for child in node.children for line in lines(child, depth + 1))]


def chain(*names):
    """Return nested events; the innermost lasts from 20 to 80, so that the others own little."""
    return [(MARK, 0, 100), *((name, 10 + n, 90 - n) for n, name in enumerate(names))]


def test_what_is_below_the_share_is_left_out_and_its_time_is_its_callers():
    root = shown((MARK, 0, 100), ("$a.py:1 f", 0, 90), ("$a.py:2 g", 10, 12))
    assert lines(root) == [(0, MARK), (1, "f")]
    assert root.children[0].self_ps == 90


def test_a_chain_that_only_passes_on_is_folded_into_its_end():
    root = shown(*chain("$a.py:1 a", "$a.py:2 b", "$a.py:3 c", "$a.py:4 d", "$a.py:5 e"))
    assert lines(root) == [(0, MARK), (1, "d +3"), (2, "e")]


def test_an_internal_is_never_folded_away():
    root = shown(
        *chain("$a.py:1 a", "$a.py:2 b", "$iterator_ops.py:5 _create_iterator", "$a.py:4 d", "$a.py:5 e")
    )
    internals = [node.internal for node in walk(root)]
    assert "make_iterator" in internals
    assert lines(root) == [(0, MARK), (1, "b +1"), (2, "_create_iterator"), (3, "d"), (4, "e")]


def walk(node):
    yield node
    for child in node.children:
        yield from walk(child)


def test_a_wrapper_gives_way_to_what_it_calls():
    root = shown(
        (MARK, 0, 100),
        ("$traceback_utils.py:110 error_handler", 0, 100),
        ("$a.py:1 f", 0, 50),
        ("$a.py:2 g", 50, 100),
    )
    assert lines(root) == [(0, MARK), (1, "f +1"), (1, "g +1")]


def test_without_the_runtime_its_time_is_the_callers_and_python_below_it_stays():
    events = [(MARK, 0, 100), ("$a.py:1 f", 0, 90), ("graph_building", 10, 80), ("$a.py:2 g", 20, 60)]
    assert lines(shown(*events)) == [(0, MARK), (1, "f"), (2, "graph_building"), (3, "g")]
    root = shown(*events, runtime=False)
    assert lines(root) == [(0, MARK), (1, "f"), (2, "g")]
    assert root.children[0].self_ps == 50


def test_own_times_and_childrens_add_up_at_every_node():
    root = shown(*chain("$a.py:1 a", "x", "$a.py:3 c", "y", "$a.py:5 e"), runtime=False)
    for node in walk(root):
        assert node.self_ps + sum(child.inclusive_ps for child in node.children) == node.inclusive_ps
