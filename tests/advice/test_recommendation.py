"""Which way is recommended, and what is said where none is."""

import pytest

from profiler.advice import recommendation
from profiler.advice.document import OutputsAgainst, Wait
from tests.advice.made_up import APART, MODEL, OTHER, model, way


def chosen(*candidates):
    found = recommendation.choose(candidates)
    return None if found is None else found.id


def test_the_fastest_is_recommended_where_it_is_so_by_more_than_a_tenth():
    assert chosen(way("predict_on_batch", 0.012), way("function_open", 0.010)) == "function_open"


def test_the_simplest_is_where_it_is_about_as_fast():
    assert chosen(way("function_open", 0.0100), way("predict_on_batch", 0.0109)) == "predict_on_batch"


@pytest.mark.parametrize(
    "more",
    [
        {"outputs": OTHER},
        {"outputs": OutputsAgainst(None)},
        {"verdict": "cannot tell"},
        {"verdict": "same"},
        {"interval": (0.005, 1.2)},
        {"interval": None},
        {"status": "timeout", "reason": "not done within 120 s"},
        {"reason": "only where every call predicts the same data"},
    ],
)
def test_what_is_not_proven_equal_and_faster_never_is(more):
    assert chosen(way("function_open", 0.01, **more)) is None
    assert chosen(way("function_open", 0.01, **more), way("call", 0.5)) == "call"


def test_a_slower_one_never_is():
    assert chosen(way("call", 1.5)) is None


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (None, "could not be looked at"),
        (model(varying=APART), "the outputs are random"),
        (model(varying=APART, stateful=["lstm"], state_matters=True), "keeps state between calls (lstm)"),
        (model(stateful=["lstm"]), "keeps state between calls (lstm)"),
        (model(constant=True), "proves nothing"),
    ],
)
def test_a_model_whose_outputs_prove_nothing_gets_none_with_the_reason(facts, told):
    assert told in recommendation.unprovable(facts)


def test_an_ordinary_model_may_get_one():
    assert recommendation.unprovable(MODEL) is None


def test_xla_is_barred_where_a_layer_s_call_is_a_function_itself():
    barred = recommendation.barred(way("function_open_xla", 0.01), model(function_layers=["mine"]))
    assert "silently wrong: the call of mine" in barred
    assert recommendation.barred(way("function_open", 0.01), model(function_layers=["mine"])) is None


@pytest.mark.parametrize(
    ("name", "is_barred"),
    [("coalesced", True), ("larger_batches", True), ("function_open_xla", True), ("predict_on_batch", False)],
)
def test_what_puts_other_rows_beside_a_row_is_barred_where_they_matter(name, is_barred):
    facts = model(batch_dependent=APART, smallest_rows=1, largest_rows=100)
    assert (recommendation.barred(way(name, 0.01), facts) is not None) is is_barred


def test_one_for_the_same_data_is_shown_with_its_reason_and_not_recommended():
    (found,) = recommendation.with_bars([way("dataset", 0.01)], MODEL)
    assert found.reason == "only where every call predicts the same data"
    assert chosen(found) is None


def test_a_row_that_failed_keeps_its_own_reason():
    lost = way("dataset", 0.01, status="failed", reason="it raised")
    assert recommendation.with_bars([lost], MODEL)[0].reason == "it raised"


def test_where_calls_are_arithmetic_that_is_said_with_its_share():
    found = [way("call", 1.3, verdict="differs"), way("predict_on_batch", 0.97)]
    told = recommendation.why(None, found, None)
    assert told == "nothing to gain here: 97 % of the call is your model's arithmetic"


def test_the_wait_in_teardown_is_named_where_all_else_is_arithmetic():
    found = [way("predict_on_batch", 0.97, frame_ratio=0.99)]
    told = recommendation.why(None, found, Wait(2800.0, 3, 9))
    assert "99 % of the call is your model's arithmetic, all but the wait in predict's teardown" in told
    assert "that wait takes 2800 ms in 3 of 9 calls" in told


def test_what_avoids_the_wait_is_recommended_for_that():
    found = [way("predict_on_batch", 0.7, frame_ratio=0.98)]
    told = recommendation.why(found[0], found, Wait(2800.0, 3, 9))
    assert told.startswith("all but the wait in predict's teardown is your model's arithmetic")
    assert told.endswith("predict_on_batch avoids it and gives the same outputs")


def test_what_stood_in_the_way_is_said_where_something_looked_faster():
    found = [way("call", 0.3, outputs=OTHER), way("function_open", 0.2, verdict="cannot tell")]
    told = recommendation.why(None, found, None)
    assert "call gives other outputs" in told
    assert "function_open may be faster" in told
