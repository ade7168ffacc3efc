from profiler.attribution.share import Attributed, Share
from profiler.catalogue.presence import Resolution
from profiler.results.cross_check import apart, contradictions


def said(**shares):
    """Attributed shares by internal; func_graph and make_iterator are always there."""
    known = {"func_graph": (0.2, 3.0), "make_iterator": (0.3, 2.0), **shares}
    return Attributed(
        {name: Share(share, calls, entries_per_call=calls) for name, (share, calls) in known.items()}
    )


def seen(func_graph, make_iterator=(2, 2)):
    """What the inspected call told: all entries, and those from outside."""
    return {
        name: Resolution("present", entered=entered, outside=outside)
        for name, (entered, outside) in (("func_graph", func_graph), ("make_iterator", make_iterator))
    }


INSPECTED = seen((3, 3))


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
    assert (
        list(
            contradictions(
                {"cprofile": said(func_graph=(0.2, 9.0))},
                {"func_graph": Resolution("unknown"), "make_iterator": Resolution("unknown")},
            )
        )
        == []
    )


def recursing(entries, outside):
    """Shares where functions are traced while another one is."""
    shares = dict(said().shares)
    shares["func_graph"] = Share(0.2, outside, entries_per_call=entries)
    return {"cprofile": Attributed(shares)}


def test_functions_that_recurse_are_compared_by_their_entries_from_outside():
    """A trace counted 3 entries, cProfile and the inspected call all 5: each run with a loop contradicted."""
    assert list(contradictions(recursing(5.0, 3.0), seen((5, 3)))) == []
    (line,) = contradictions(recursing(5.0, 3.0), seen((5, 4)))
    assert "entered 3 times a call under cprofile, 4 times in the inspected call" in line


def test_an_older_inspected_call_that_counted_all_entries_is_compared_with_all():
    assert list(contradictions(recursing(5.0, 3.0), seen((5, None)))) == []
    (line,) = contradictions(recursing(5.0, 3.0), seen((3, None)))
    assert "entered 5 times a call under cprofile, 3 times in the inspected call" in line


def test_where_probes_ran_the_others_are_held_against_them_and_not_against_each_other():
    every = {"cprofile": said(func_graph=(0.30, 3.0)), "tfprofiler": said(), "probes": said()}
    assert list(contradictions(every, INSPECTED)) == []


def test_shares_are_apart_by_more_than_five_points_of_what_comes_before_the_teardown():
    here = {"predict": 0.9, "execute": 0.45, "teardown": 0.1}
    there = {"predict": 0.6, "execute": 0.30, "teardown": 0.4}
    assert apart(here, there) == frozenset()
    assert apart(here, {**there, "execute": 0.2}) == {"execute"}
    assert apart({"execute": 0.5}, {"execute": 0.56, "predict": 1.0}) == {"execute"}
