from profiler.attribution.attribute import Attributed, Share
from profiler.protocol.spec import Inspection
from profiler.results.cross_check import contradictions


def said(**shares):
    """Attributed shares by internal; func_graph and make_iterator are always there."""
    known = {"func_graph": (0.2, 3.0), "make_iterator": (0.3, 2.0), **shares}
    return Attributed({name: Share(share, calls) for name, (share, calls) in known.items()})


INSPECTED = Inspection({}, graphs_traced=3, iterators_made=2)


def test_instruments_that_agree_say_nothing():
    both = {"cprofile": said(), "tfprofiler": said(func_graph=(0.24, 3.0))}
    assert list(contradictions(both, INSPECTED)) == []


def test_shares_more_than_five_points_apart_are_named_with_the_one_to_believe():
    both = {"cprofile": said(func_graph=(0.30, 3.0)), "tfprofiler": said()}
    (line,) = contradictions(both, INSPECTED)
    assert "func_graph 30% and 20%" in line
    assert "believe tfprofiler" in line


def test_calls_whose_teardown_took_its_time_are_not_put_down_to_an_instrument():
    """The calls of medium under cProfile waited for a thread of tf.data: tfprofiler was said to be right."""
    slow = said(func_graph=(0.14, 3.0), make_iterator=(0.20, 2.0), teardown=(0.33, 1.0), execute=(0.46, 1.0))
    fast = said(func_graph=(0.20, 3.0), make_iterator=(0.30, 2.0), teardown=(0.00, 1.0), execute=(0.68, 1.0))
    (line,) = contradictions({"cprofile": slow, "tfprofiler": fast}, INSPECTED)
    assert "33% of the calls under cprofile and 0% of those under tfprofiler" in line
    assert "believe" not in line


def test_a_difference_that_teardown_does_not_explain_is_still_one():
    slow = said(func_graph=(0.30, 3.0), teardown=(0.33, 1.0))
    fast = said(func_graph=(0.20, 3.0), teardown=(0.00, 1.0))
    (line,) = contradictions({"cprofile": slow, "tfprofiler": fast}, INSPECTED)
    assert "func_graph 30% and 20%" in line
    assert "believe tfprofiler" in line


def test_a_share_that_one_of_them_lacks_is_no_contradiction():
    both = {"cprofile": said(func_graph=(None, None)), "tfprofiler": said()}
    assert list(contradictions(both, INSPECTED)) == []


def test_counts_that_the_inspected_call_does_not_bear_out_are_named():
    (line,) = contradictions({"tfprofiler": said(make_iterator=(0.3, 1.0))}, INSPECTED)
    assert "make_iterator was entered 1 times" in line


def test_without_an_inspected_call_counts_are_not_judged():
    assert list(contradictions({"cprofile": said(func_graph=(0.2, 9.0))}, Inspection({}))) == []
