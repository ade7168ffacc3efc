"""Differences of shares and milliseconds, and what came and went."""

import dataclasses

import numpy as np
import pytest

from profiler.comparison.internals import difference_interval, internal_changes, path_facts
from profiler.results.document import Internal, InternalShare
from tests.report import sample


def variant(median, **internals):
    """A variant with these internals: name -> (presence, share or None, interval or None, reason)."""
    made = tuple(
        Internal(
            name,
            "execution",
            presence,
            (),
            None,
            {"cprofile": InternalShare(share, interval, 1.0, reason)} if share is not None or reason else {},
        )
        for name, (presence, share, interval, reason) in internals.items()
    )
    return sample.variant("tiny", "compiled", "predict", median, internals=made)


def seen(share, interval=None):
    return ("present", share, interval, None)


def changes(before, after):
    return {one.internal: one for one in internal_changes(before, after)}


def test_points_and_milliseconds_are_of_the_own_run_each():
    found = changes(variant(50.0, execute=seen(0.2)), variant(80.0, execute=seen(0.5)))["execute"]
    assert found.share_difference == pytest.approx(0.3)
    assert found.ms_difference == pytest.approx(0.5 * 80 - 0.2 * 50)
    assert (found.came_or_went, found.reason) == (None, None)


@pytest.mark.parametrize("gone", ["absent", "not called"])
def test_what_went_cost_all_that_it_took(gone):
    old, new = variant(50.0, func_graph=seen(0.2)), variant(40.0, func_graph=(gone, None, None, None))
    went = changes(old, new)["func_graph"]
    assert (went.came_or_went, went.share_after) == ("went", None)
    assert (went.share_difference, went.ms_difference) == (pytest.approx(-0.2), pytest.approx(-10))
    came = changes(new, old)["func_graph"]
    assert (came.came_or_went, came.share_before) == ("came", None)
    assert came.ms_difference == pytest.approx(10)


def test_what_neither_run_enters_has_no_difference():
    old = variant(50.0, process_inputs=("absent", None, None, None))
    new = variant(50.0, process_inputs=("not called", None, None, None))
    found = changes(old, new)["process_inputs"]
    assert (found.share_difference, found.ms_difference, found.came_or_went) == (None, None, None)
    assert (found.instrument, found.reason) == (None, None)


def test_an_unknown_share_is_no_zero_and_says_why():
    old = variant(50.0, execute=("present", None, None, "frames were lost"))
    new = variant(50.0, execute=seen(0.5))
    found = changes(old, new)["execute"]
    assert (found.share_difference, found.ms_difference) == (None, None)
    assert found.reason == "before: frames were lost"
    unknown = changes(new, variant(50.0, execute=("unknown", None, None, None)))["execute"]
    assert (unknown.came_or_went, unknown.share_difference) == (None, None)
    assert unknown.reason == "after: no sound capture can tell"


def test_an_instrument_of_one_run_only_is_said():
    new = variant(50.0, execute=seen(0.5))
    (internal,) = new.internals
    other = dataclasses.replace(internal, measures={"probes": internal.measures["cprofile"]})
    old = dataclasses.replace(new, internals=(other,))
    found = {one.instrument: one for one in internal_changes(old, new)}
    assert found["cprofile"].reason == "before: not captured under cprofile"
    assert found["probes"].reason == "after: not captured under probes"


def test_without_a_latency_there_are_points_but_no_milliseconds():
    old = dataclasses.replace(variant(50.0, execute=seen(0.2)), latency_ms=None)
    found = changes(old, variant(50.0, execute=seen(0.5)))["execute"]
    assert found.share_difference == pytest.approx(0.3)
    assert found.ms_difference is None


def test_an_internal_of_one_catalogue_only_is_shown():
    found = changes(variant(50.0), variant(50.0, execute=seen(0.5)))["execute"]
    assert found.presence_before == "unknown"
    assert found.share_difference is None


def test_the_interval_of_a_difference_needs_both_and_covers():
    old, new = variant(50.0, execute=seen(0.2, (0.1, 0.3))), variant(50.0, execute=seen(0.5))
    assert changes(old, new)["execute"].share_difference_interval is None
    source = np.random.default_rng(7)
    shares, deviations = (0.2, 0.5), (0.02, 0.05)
    covered = 0
    for _ in range(4000):
        a, b = source.normal(shares, deviations)
        low, high = difference_interval(
            a,
            (a - 1.96 * deviations[0], a + 1.96 * deviations[0]),
            b,
            (b - 1.96 * deviations[1], b + 1.96 * deviations[1]),
        )
        covered += low <= 0.3 <= high
    assert covered / 4000 == pytest.approx(0.95, abs=3 * np.sqrt(0.05 * 0.95 / 4000))


def test_facts_of_the_path_are_told_where_both_are_known():
    old = dataclasses.replace(
        variant(50.0), loop="training_v2.Loop", iterators_per_call=None, functions_traced=("a", "b")
    )
    new = dataclasses.replace(
        variant(50.0), loop="TensorFlowTrainer.predict", iterators_per_call=2.0, functions_traced=()
    )
    assert [str(fact) for fact in path_facts(old, new)] == [
        "loop training_v2.Loop before, TensorFlowTrainer.predict after",
        "functions_traced a, b before, none after",
    ]
