"""The advice of a run."""

import dataclasses

import pytest

from profiler.advice import build as building
from profiler.plan.advising import sizes
from tests.advice.made_up import APART
from tests.launch.made_up_trial import MODEL
from tests.trials import trial, trial_worker  # noqa: F401


@pytest.fixture
def advice(trial):  # noqa: F811
    return lambda **options: building.build(trial(**options)[0])


def test_the_simplest_of_the_fastest_is_recommended_with_its_diff(advice):
    found = advice()
    assert found.recommended == "predict_on_batch"
    assert found.gain.ratio == pytest.approx(100, rel=0.05)
    assert found.gain.interval[0] < found.gain.ratio < found.gain.interval[1]
    assert "+y = model.predict_on_batch(x)" in found.diff
    assert found.condition == "at 32 rows a call"
    assert (found.baseline, found.workload) == ("predict", "tiny")


def test_rows_that_vary_are_the_condition(advice, trial_worker):  # noqa: F811
    trial_worker.model = dataclasses.replace(MODEL, sizes=100, smallest_rows=1, largest_rows=100)
    assert advice(rows=sizes("1..100")).condition == "at 1 to 100 rows a call"


def test_a_condition_of_the_way_itself_is_added(advice):
    found = advice(calls_per_batch=16)
    assert found.recommended == "coalesced"
    assert found.condition == "at 32 rows a call; where so many inputs are at hand at once"


def test_random_outputs_get_no_recommendation_and_the_reason(advice, trial_worker):  # noqa: F811
    trial_worker.model = dataclasses.replace(MODEL, varying=APART)
    found = advice()
    assert (found.recommended, found.gain, found.diff) == (None, None, None)
    assert found.why.startswith("no recommendation: the outputs are random")


def test_nothing_is_recommended_where_nothing_is_gained(advice, trial_worker):  # noqa: F811
    trial_worker.ms = {name: 49.0 if name != "predict" else 50.0 for name in trial_worker.ms}
    found = advice()
    assert found.recommended is None
    assert found.why.startswith("nothing to gain here: 9")
    assert "% of the call is your model's arithmetic" in found.why


def test_what_is_to_be_known_of_the_model_is_noted(advice, trial_worker):  # noqa: F811
    trial_worker.model = dataclasses.replace(
        MODEL,
        training_layers=[f"dropout_{n}" for n in range(7)],
        function_layers=["mine"],
        batch_dependent=APART,
    )
    notes = "\n".join(advice().notes)
    assert "dropout_4 and 2 more" in notes
    assert "a tf.function itself: mine" in notes
    assert "depends on the rows beside it" in notes
