"""What the share of a slowed internal must become, and when an instrument is wrong."""

import dataclasses

import numpy as np
import pytest

from profiler import statistics
from profiler.protocol.errors import EXIT_DONE, EXIT_GATE_FAILED, EXIT_UNDECIDED
from profiler.results.proving import judging, shares
from profiler.results.proving.document import BEYOND, OPEN, WITHIN
from profiler.statistics.samples import Blocks
from tests.results.proving.made_up import MS, evidence


def check(found, internal="data_adapter"):
    return next(one for one in judging.tested(found, None).checks if one.internal == internal)


def test_an_instrument_that_slows_everything_but_the_wait_is_found_out():
    """The worked example: 20 of 50 ms, then 10 ms more; the instrument slows all but the wait by 1.2."""
    found = check(evidence({"data_adapter": (24 / 60, 34 / 70)}))
    assert found.predicted == pytest.approx(0.5)
    assert found.error == pytest.approx(34 / 70 - 0.5)
    assert found.injected_ms == pytest.approx(10.0)


def test_an_instrument_that_disturbs_nothing_makes_no_error():
    found = check(evidence({"data_adapter": (0.4, 0.5)}))
    assert (found.error, found.verdict) == (pytest.approx(0.0), WITHIN)


def test_an_internal_around_the_slowed_one_is_predicted_too():
    found = check(evidence({"data_adapter": (0.4, 0.5), "dataset_ops": (0.9, 55 / 60)}), "dataset_ops")
    assert (found.slowed, found.predicted) == ("data_adapter", pytest.approx(55 / 60))
    assert found.error == pytest.approx(0.0)


def test_one_around_some_of_the_waits_takes_their_part_alone():
    half = evidence({"data_adapter": (0.4, 0.5), "dataset_ops": (0.9, 0.8333)}, within={"dataset_ops": 0})
    assert check(half, "dataset_ops").predicted == pytest.approx(0.9 * 50 / 60)


@pytest.mark.parametrize("inside_ms", [0.0, 2.0, 4.0])
def test_what_the_call_makes_of_the_wait_may_fall_anywhere(inside_ms):
    """Without an instrument too the slowed call takes 64 ms and not 60: the instrument is not to blame."""
    share = (30 + inside_ms) / 64
    found = check(evidence({"data_adapter": (0.4, share)}, frame_ms=(50.0, 64.0)))
    assert (found.reaction_ms, found.error) == (pytest.approx(4.0), pytest.approx(0.0))
    assert (found.predicted, found.verdict) == (pytest.approx(share), None)
    assert "reacts by +4 ms" in found.reason


def test_a_share_that_no_place_of_the_reaction_explains_is_wrong():
    found = check(evidence({"data_adapter": (0.4, 38 / 64)}, frame_ms=(50.0, 64.0)))
    assert (found.predicted, found.error) == (pytest.approx(34 / 64), pytest.approx(4 / 64))
    assert found.verdict == BEYOND


def test_a_reaction_too_small_to_matter_is_judged():
    found = check(evidence({"data_adapter": (0.4, 30 / 60.5)}, frame_ms=(50.0, 60.5)))
    assert found.verdict == WITHIN


def test_fewer_internals_than_a_proof_needs_leave_it_open():
    found = judging.tested(evidence({"data_adapter": (0.4, 0.5)}), None)
    (own,) = [one for one in found.checks if one.internal == "data_adapter"]
    unknown = dataclasses.replace(own, verdict=None)
    assert dataclasses.replace(found, checks=(own,) * 5 + (unknown,)).verdict == WITHIN
    assert dataclasses.replace(found, checks=(own,) * 4 + (unknown,)).verdict == OPEN
    assert dataclasses.replace(found, checks=(own,) * 4).verdict == WITHIN


def test_a_surplus_that_noise_explains_is_no_reaction():
    """One of eleven internals was said to react, by a tenth of the call, and the instrument to be wrong."""
    found = evidence({"data_adapter": (0.4, 0.5)}, rounds=16)
    surplus = iter((0, 9, 1, 14, -1, 12, 2, 8, 15, 1, 20, 3, -2, 11, 6, 7))
    shaken = tuple(
        dataclasses.replace(one, call_ns=one.call_ns + next(surplus) * MS)
        if one.block.slowed and one.call_ns
        else one
        for one in found.seen
    )
    assert check(dataclasses.replace(found, seen=shaken)).reaction_ms == pytest.approx(6.5)
    many = dataclasses.replace(found.proving, slowed=found.proving.slowed * 11)
    judged = check(dataclasses.replace(found, seen=shaken, proving=many))
    assert (judged.reaction_ms, judged.error) == (0.0, pytest.approx(0.0))


def test_what_is_freed_after_the_frame_plays_no_part():
    """A call that waits late frees its iterator later: its teardown grows from 5 % to 12 %."""
    found = check(evidence({"data_adapter": (0.4, 0.5)}, teardown=(0.05, 0.12)))
    assert (found.measured, found.error) == (pytest.approx(0.5), pytest.approx(0.0))


def test_calls_without_a_frame_of_predict_are_judged_as_a_whole():
    found = check(evidence({"data_adapter": (0.4, 0.5)}, framed=False))
    assert (found.measured, found.error) == (pytest.approx(0.5), pytest.approx(0.0))


def test_predict_itself_is_not_predicted():
    """All that is not its share is teardown, whose length depends on background threads."""
    within = {"data_adapter": 1, "predict": 1}
    found = judging.tested(evidence({"data_adapter": (0.4, 0.5), "predict": (0.9, 0.9)}, within=within), None)
    assert {one.internal for one in found.checks} == {"data_adapter"}


@pytest.mark.parametrize(
    ("measured", "verdict"), [(0.5, WITHIN), (0.519, WITHIN), (0.53, BEYOND), (0.47, BEYOND)]
)
def test_the_bound_of_probes_is_2_points(measured, verdict):
    assert check(evidence({"data_adapter": (0.4, measured)})).verdict == verdict


def test_an_interval_on_both_sides_of_the_bound_leaves_it_open():
    found = evidence({"data_adapter": (0.4, 0.5)})
    shaken = tuple(
        dataclasses.replace(
            one,
            shares={
                n: dataclasses.replace(s, share=s.share + 0.01 * (number % 7)) for n, s in one.shares.items()
            },
        )
        if one.block.slowed
        else one
        for number, one in enumerate(found.seen)
    )
    assert check(dataclasses.replace(found, seen=shaken)).verdict == OPEN


def test_too_few_rounds_have_no_interval_and_say_so():
    found = check(evidence({"data_adapter": (0.4, 0.5)}, rounds=4))
    assert (found.interval, found.verdict) == (None, None)
    assert "too few for an interval" in found.reason


def test_waits_that_the_inspected_call_does_not_know_refuse_the_block():
    found = check(evidence({"data_adapter": (0.4, 0.5)}, waits=3))
    assert (found.error, found.verdict) == (None, None)
    assert found.reason == "data_adapter waited 3 times, the inspected call says 1"


def test_an_unsound_instrument_is_listed_with_its_reason_and_proves_nothing():
    found = judging.tested(
        evidence({"data_adapter": (0.4, 0.5)}, status="unsound", reason="it loses frames"), None
    )
    assert (found.status, found.reason, found.checks) == ("unsound", "it loses frames", ())
    assert (found.verdict, found.proven) == (None, None)


def test_what_is_proven_is_the_far_end_of_the_worst_interval():
    found = judging.tested(evidence({"data_adapter": (0.4, 0.51), "dataset_ops": (0.9, 55 / 60)}), None)
    assert found.proven == pytest.approx(0.01)
    assert dataclasses.replace(found, bound=0.005, checks=()).proven is None


def test_nothing_is_proven_where_one_check_is_open_or_beyond():
    found = judging.tested(evidence({"data_adapter": (0.4, 0.6), "dataset_ops": (0.9, 55 / 60)}), None)
    assert (found.verdict, found.proven) == (BEYOND, None)


def test_a_lean_is_the_undisturbed_share_minus_that_of_probes():
    probes = evidence({"data_adapter": (0.4, 0.5)})
    other = evidence({"data_adapter": (0.43, 0.5)}, instrument="cprofile")
    leans = {lean.internal: lean.lean for lean in judging.tested(other, probes).leans}
    assert leans == {"data_adapter": pytest.approx(0.03), "teardown": 0.0}
    assert judging.tested(probes, probes).leans == ()


def test_undisturbed_calls_are_compared_with_themselves_over_processes():
    found = judging.same_twice([evidence({}), evidence({}), evidence({})], 0.05)
    assert (found.ratio, found.processes) == (pytest.approx(1.0), 3)
    assert found.verdict != "differs"


def test_calls_that_get_slower_within_a_round_do_not_differ_from_themselves():
    """The second block of a round was always compared with the first: a machine that slowed down failed."""
    sittings = [evidence({}, second_ms=52.0) for _ in range(3)]
    found = judging.same_twice(sittings, 0.05)
    assert found.ratio == pytest.approx(1.0)


def test_calls_that_chance_alone_tells_from_themselves_fail_no_proof():
    """At 95 % one sound proof in twenty failed: here that interval excludes 1, and that of 99 % holds it."""
    seconds = (48.5, 49.0, 49.2, 48.0)
    found = judging.same_twice([evidence({}, second_ms=ms, rounds=1) for ms in seconds], 0.01)
    low, high = found.interval
    assert low < 1 < high
    assert found.verdict == "cannot tell"
    first, second = (
        Blocks({process: [np.array([ms])] for process, ms in enumerate(half)}) for half in (seconds, [50] * 4)
    )
    assert statistics.paired_verdict(first, second, 0.01).word == "differs"


def test_rounds_of_several_sittings_are_told_apart():
    one = evidence({"data_adapter": (0.4, 0.5)}, rounds=4)
    assert check(one).interval is None
    both = check(shares.together([one, one]))
    assert (both.verdict, both.error) == (WITHIN, pytest.approx(0.0))


def test_one_process_cannot_compare_calls_with_themselves():
    assert judging.same_twice([evidence({})], 0.05).verdict == "cannot tell"


def exit_code(*found, verdict="same"):
    from profiler.results.proving.document import SameTwice, Validation

    tested = tuple(judging.tested(one, None) for one in found)
    return Validation("e", "v", 0.2, tested, SameTwice(1.0, None, verdict, 3)).exit_code


def test_the_exit_code_is_that_of_the_worst_instrument():
    good, bad = evidence({"data_adapter": (0.4, 0.5)}), evidence({"data_adapter": (0.4, 0.6)})
    unsound = evidence({"data_adapter": (0.4, 0.6)}, status="unsound", reason="lost")
    assert exit_code(good) == EXIT_DONE
    assert exit_code(good, unsound) == EXIT_DONE
    assert exit_code(good, bad) == EXIT_GATE_FAILED
    assert exit_code(good, verdict="differs") == EXIT_GATE_FAILED
    assert exit_code(unsound) == EXIT_UNDECIDED
    assert exit_code(evidence({"data_adapter": (0.4, 0.5)}, rounds=4)) == EXIT_UNDECIDED
