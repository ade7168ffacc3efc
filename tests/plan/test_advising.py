"""What advice tries: its rows, its candidates, its processes."""

import pytest

from profiler.plan import advising
from profiler.plan.advising import Asked, Sizes, sizes
from profiler.plan.estimate import CallCost
from profiler.plan.request import Request
from profiler.protocol.errors import OptionError

TINY = Request(workloads=("tiny",), budget_s=3.0)
QUICK, SLOW = CallCost(0.05, 0.05), CallCost(3.0, 3.0)


@pytest.mark.parametrize(
    ("text", "values"),
    [("32", (32,)), ("1..4", (1, 2, 3, 4)), ("1,8,32", (1, 8, 32)), ("7..7", (7,)), ("1 .. 3", (1, 2, 3))],
)
def test_rows_are_a_number_a_range_or_a_list(text, values):
    assert sizes(text).values == values


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("many", "a range like 1..100"),
        ("9..1", "1..9"),
        ("0", "1 to"),
        ("0..3", "1 to"),
        ("-4", "1 to"),
        ("1..", "a range like"),
        ("", "a range like"),
        ("1..99999999", "at most 10000 different"),
    ],
)
def test_other_rows_are_refused_with_what_to_give(text, told):
    with pytest.raises(OptionError, match=told):
        sizes(text)


def test_rows_are_drawn_from_a_seed_and_stay_among_those_asked_for():
    asked = sizes("1..100")
    drawn = asked.drawn(7)
    assert drawn == asked.drawn(7) != asked.drawn(8)
    assert len(drawn) == advising.DRAWN
    assert set(drawn) <= set(asked.values)
    assert len(set(drawn)) > 10


def test_rows_that_do_not_vary_are_one_call():
    assert Sizes((5,), "5").drawn(1) == [5]


def test_nothing_to_call_is_told_in_one_line():
    with pytest.raises(OptionError, match="WORKLOAD"):
        Asked(Request())


def test_coalescing_one_input_is_refused():
    with pytest.raises(OptionError, match="at least 2"):
        Asked(TINY, calls_per_batch=1)


def ids(asked):
    return {one.id for one in asked.candidates()}


def test_what_costs_or_needs_more_is_tried_where_it_is_asked_for():
    usual = ids(Asked(TINY))
    assert {"predict", "predict_on_batch", "call", "function_open"} <= usual
    assert ids(Asked(TINY, xla=True)) - usual == {"function_fixed_xla", "function_open_xla"}
    assert ids(Asked(TINY, calls_per_batch=4)) - usual == {"coalesced"}
    assert ids(Asked(TINY, extras=True)) - usual == {"saved_model", "litert", "onnxruntime", "openvino"}


def test_extras_have_processes_of_their_own_beside_the_baseline():
    plan = advising.make(Asked(TINY, extras=True), QUICK)
    own = [[one.variant.entry_point for one in part.captures] for part in plan.processes]
    assert own[-1] == ["predict", "openvino"]
    assert len(own) == 5 * advising.PROCESSES
    assert [plan.compares(part) for part in plan.processes[:4]] == [True, False, False, True]
    baselines = [part.replicate for part in plan.processes]
    assert len(set(baselines)) == len(baselines)


def test_slow_calls_are_few():
    (first, *others) = advising.make(Asked(TINY), SLOW).processes[0].captures
    assert first.calls == advising.SLOW_CALLS_OF_BASELINE
    assert {one.calls for one in others} == {advising.SLOW_CALLS}


def test_quick_calls_share_the_budget_of_all_processes():
    captures = advising.make(Asked(TINY), QUICK).processes[0].captures
    assert {(one.calls, one.budget_s) for one in captures} == {(None, 1.0)}


def test_the_trial_of_tiny_is_planned_for_less_than_90_seconds():
    assert advising.make(Asked(TINY), CallCost(0.06, 0.002)).estimate_s < 90


def test_a_model_with_a_batch_size_of_its_own_takes_no_other_rows():
    cost = CallCost(0.05, 0.05, batch_size=8)
    assert advising.make(Asked(TINY), cost).sizes.values == (8,)
    with pytest.raises(OptionError, match="takes 8 rows"):
        advising.make(Asked(TINY, sizes("1..8")), cost)


def test_a_coalesced_call_has_the_rows_of_all_its_inputs():
    plan = advising.make(Asked(TINY, sizes("3"), calls_per_batch=4), QUICK)
    rows = {one.entry_point: one.rows for one in plan.variants}
    assert (rows["predict"], rows["coalesced"]) == (3, 12)


def test_the_plan_says_what_is_tried():
    told = advising.make(Asked(TINY, sizes("1..9")), QUICK).describe()
    assert "Plan: tiny, 1..9 rows a call, drawn anew, 3 processes" in told
    assert "against predict: predict_on_batch, call" in told
