import dataclasses

import pytest

from profiler.results import build
from profiler.results.document import Comparison, FrameRatio
from profiler.study import claims
from profiler.study.claims import Shortfall
from tests import reference


@pytest.fixture(scope="module")
def reports():
    return {
        slug: build.build(reference.FOLDER / slug)
        for slug in ("tf2.0.0-py3.7", "tf2.1.0-py3.7", "tf2.21.0-py3.11")
    }


def verdicts(report):
    return {judged.claim.number: judged.verdict for judged in claims.judge(report)}


def judged(report, number):
    return next(one for one in claims.judge(report) if one.claim.number == number)


def test_there_are_the_studys_eleven_claims_in_order():
    assert [claim.number for claim in claims.load()] == list(range(1, 12))


def test_every_check_is_a_comparison():
    for claim in claims.load():
        assert claim.checks
        for check in claim.checks:
            asked = (check.is_, check.is_not, check.above, check.below)
            assert any(one is not None for one in asked), claim.number


def test_the_studys_release_shows_what_the_study_saw(reports):
    found = verdicts(inside(reports["tf2.0.0-py3.7"], ("process_inputs",)))
    assert {number for number, verdict in found.items() if verdict == "reproduced"} >= {1, 2, 3, 4, 7, 8}


def test_the_next_release_takes_the_slow_loop_in_both_states(reports):
    found = verdicts(inside(reports["tf2.1.0-py3.7"], ("process_inputs",)))
    assert [found[number] for number in (2, 4, 8)] == ["not reproduced"] * 3
    assert found[3] == found[7] == "reproduced"


def inside(report, within):
    """Return the report with every internal run within these; the reference captures do not tell it."""
    variants = tuple(
        dataclasses.replace(
            variant, internals=tuple(dataclasses.replace(i, within=within) for i in variant.internals)
        )
        for variant in report.variants
    )
    return dataclasses.replace(report, variants=variants)


@pytest.mark.parametrize("number", [3, 4, 5])
def test_an_internal_that_the_release_lacks_does_not_reproduce_any_claim_on_it(reports, number):
    found = judged(reports["tf2.21.0-py3.11"], number)
    assert found.verdict == "not reproduced"
    assert found.reason.shortfall is Shortfall.NOT_KNOWN
    assert found.reason.finding.reason == "this release has no process_inputs: absent -> data_adapter"
    assert "absent" in (found.measured[0].value, found.measured[0].remark) and found.measured[0].lacking


def test_a_flag_that_the_release_lacks_is_told_from_a_call_that_was_not_inspected(reports):
    report = reports["tf2.21.0-py3.11"]
    found = judged(report, 1)
    assert found.verdict == "not reproduced"
    assert found.reason.finding.reason == (
        "a model of this release, uncompiled, has no _experimental_run_tf_function"
    )
    variants = tuple(
        dataclasses.replace(
            v, internals=tuple(dataclasses.replace(i, presence="unknown") for i in v.internals)
        )
        for v in report.variants
    )
    found = judged(dataclasses.replace(report, variants=variants), 1)
    assert found.verdict == "cannot tell" and found.reason.finding.reason == "no call was inspected"


def test_what_was_not_measured_cannot_be_told_and_says_so(reports):
    for number in (5, 6, 9):
        found = judged(reports["tf2.0.0-py3.7"], number)
        assert found.verdict == "cannot tell"
        assert "not measured" in found.reason.finding.reason


def test_the_release_on_which_the_study_made_the_claim_is_marked(reports):
    assert judged(reports["tf2.0.0-py3.7"], 1).claimed_here
    assert not judged(reports["tf2.1.0-py3.7"], 1).claimed_here


def test_every_verdict_but_reproduced_has_a_reason(reports):
    for report in reports.values():
        for one in claims.judge(report):
            assert (one.reason is None) == (one.verdict == "reproduced")


def with_comparison(report, **changes):
    """Return the report with its first comparison changed and, for an entry point, its variants too."""
    return dataclasses.replace(report, comparisons=(dataclasses.replace(report.comparisons[0], **changes),))


SAME_TIME = claims.Claim(0, "", "", ">=2", "", (claims.Check("tiny", "verdict", is_="same"),))
SAME_FRAMES = claims.Claim(
    0,
    "",
    "",
    ">=2",
    "",
    (claims.Check("tiny", "frame verdict", is_="same"), claims.Check("tiny", "verdict", is_not="differs")),
)
SLOWER = claims.Claim(0, "", "", ">=2", "", (claims.Check("tiny", "slowdown", above=1.0),))


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [("same", "reproduced"), ("differs", "not reproduced"), ("cannot tell", "cannot tell")],
)
def test_a_verdict_that_cannot_tell_is_no_proof_of_sameness(reports, verdict, expected):
    report = with_comparison(reports["tf2.0.0-py3.7"], verdict=verdict, reason=None)
    assert [one.verdict for one in claims.judge(report, [SAME_TIME])] == [expected]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [((1.1, 2.0), "reproduced"), ((0.5, 0.9), "not reproduced"), ((0.9, 2.0), "cannot tell")],
)
def test_a_limit_must_hold_for_the_whole_interval(reports, interval, expected):
    report = with_comparison(reports["tf2.0.0-py3.7"], ratio=1.5, interval=interval)
    assert [one.verdict for one in claims.judge(report, [SLOWER])] == [expected]


def test_a_ratio_of_one_process_shows_nothing_however_large(reports):
    report = with_comparison(
        reports["tf2.0.0-py3.7"],
        ratio=30.0,
        interval=None,
        verdict="cannot tell",
        reason="1 process measured both",
    )
    found, same = claims.judge(report, [SLOWER, SAME_TIME])
    assert found.verdict == same.verdict == "cannot tell"
    assert found.reason.shortfall is Shortfall.WITHOUT_INTERVAL
    assert found.reason.finding.reason == "1 process measured both"
    assert same.reason.shortfall is Shortfall.NOT_KNOWN
    assert same.reason.finding.compared.reason == "1 process measured both"


def test_a_share_of_one_process_is_judged_by_its_value_and_says_that_it_has_no_interval(reports):
    check = claims.Check("tiny", "share:process_inputs", above=0.1)
    report = reports["tf2.0.0-py3.7"]
    found = claims.judge(report, [claims.Claim(0, "", "", ">=2", "", (check,))])
    assert found[0].verdict == "reproduced"
    assert found[0].measured[0].remark == "one process, no interval"


def test_a_verdict_that_nobody_can_tell_keeps_the_comparison_behind_it(reports):
    report = with_comparison(
        reports["tf2.0.0-py3.7"], verdict="cannot tell", interval=(0.9, 1.2), reason=None, more_seconds=42.0
    )
    (found,) = claims.judge(report, [SAME_TIME])
    assert found.verdict == "cannot tell" and found.reason.finding.compared.more_seconds == 42.0


def test_predict_over_another_entry_point_is_its_ratio_turned_over(reports):
    report = reports["tf2.0.0-py3.7"]
    compiled = next(v for v in report.variants if v.compile_state == "compiled")
    call = dataclasses.replace(compiled, id="tiny/compiled/call/b32", entry_point="call")
    slug = compiled.environment
    compared = Comparison(f"{slug}:{compiled.id}", f"{slug}:{call.id}", 0.1, (0.08, 0.125), "differs")
    report = dataclasses.replace(report, variants=(*report.variants, call), comparisons=(compared,))
    check = claims.Check("tiny", "over:call", above=1.0)
    (found,) = claims.judge(report, [claims.Claim(0, "", "", ">=2", "", (check,))])
    assert found.verdict == "reproduced"
    assert found.measured[0].value == pytest.approx(10)
    assert found.measured[0].interval == pytest.approx((8, 12.5))


def test_an_inner_share_above_its_outer_one_is_refused(reports):
    check = claims.Check("tiny", "share:process_inputs", above=0.1, at_most_share="func_graph")
    (found,) = claims.judge(reports["tf2.0.0-py3.7"], [claims.Claim(0, "", "", ">=2", "", (check,))])
    assert found.verdict == "not reproduced"
    assert found.reason.shortfall is Shortfall.ABOVE_OTHER
    assert found.reason.finding.value > found.reason.beside.value


@pytest.mark.parametrize(
    ("within", "verdict"),
    [(("data_adapter",), "not reproduced"), (("process_inputs",), "reproduced"), (None, "cannot tell")],
)
def test_an_internal_that_runs_elsewhere_too_is_not_inside(reports, within, verdict):
    report = inside(reports["tf2.0.0-py3.7"], within)
    check = claims.Check("tiny", "share:create_graph_function", above=0.1, inside="process_inputs")
    (found,) = claims.judge(report, [claims.Claim(0, "", "", ">=2", "", (check,))])
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("frame", "whole", "expected"),
    [
        ("same", "cannot tell", "reproduced"),
        ("same", "same", "reproduced"),
        ("same", "differs", "not reproduced"),
        ("cannot tell", "same", "cannot tell"),
        ("differs", "cannot tell", "not reproduced"),
    ],
)
def test_two_models_take_the_same_time_by_their_frames_while_whole_calls_do_not_differ(
    reports, frame, whole, expected
):
    ratio = FrameRatio(1.0, (0.99, 1.01), frame)
    report = with_comparison(reports["tf2.0.0-py3.7"], verdict=whole, reason=None, frame=ratio)
    assert [one.verdict for one in claims.judge(report, [SAME_FRAMES])] == [expected]


@pytest.mark.parametrize(("whole", "expected"), [("same", "reproduced"), ("cannot tell", "cannot tell")])
def test_a_run_whose_calls_are_not_split_is_judged_by_whole_calls(reports, whole, expected):
    report = with_comparison(reports["tf2.0.0-py3.7"], verdict=whole, reason=None, frame=None)
    assert [one.verdict for one in claims.judge(report, [SAME_FRAMES])] == [expected]
