"""What a run says of each way to call."""

import pytest

from profiler.advice import candidates
from profiler.protocol.errors import RunError
from profiler.runs import record
from tests import reference
from tests.trials import trial, trial_worker  # noqa: F401


@pytest.fixture
def found(trial):  # noqa: F811
    def of(**options):
        tried = candidates.trial(record.read(trial(**options)[0]))
        return {one.entry_point: candidates.of(tried, one) for one in tried.others}

    return of


def test_the_ratio_is_the_candidate_s_time_over_predict_s(found):
    one = found()["predict_on_batch"]
    assert one.ratio == pytest.approx(0.01, rel=0.05)
    assert one.interval[0] < one.ratio < one.interval[1]
    assert (one.verdict, one.status, one.outputs.equal) == ("differs", "ok", True)


def test_what_comes_once_pays_after_so_many_calls(found):
    ways = found()
    assert ways["predict_on_batch"].one_time_ms == 100.0
    assert ways["predict_on_batch"].break_even_calls == 2
    assert ways["predict_on_batch"].memory_bytes == 2 * 4096


def test_one_that_gains_nothing_never_pays(found, trial_worker):  # noqa: F811
    trial_worker.ms["call"] = 80.0
    assert found()["call"].break_even_calls is None


def test_a_coalesced_call_counts_for_each_of_its_inputs(found):
    assert found(calls_per_batch=4)["coalesced"].ratio == pytest.approx(1.0 / 4 / 50, rel=0.05)


def test_other_outputs_are_told_with_the_input(found, trial_worker):  # noqa: F811
    trial_worker.differing = {"call"}
    outputs = found()["call"].outputs
    assert outputs.equal is False
    assert outputs.max_abs == 0.5
    assert outputs.note.endswith("(on 32 rows)")


@pytest.mark.parametrize(
    ("how", "status"), [("raising", "failed"), ("stuck", "timeout"), ("killed", "failed")]
)
def test_one_that_was_lost_has_no_numbers_and_a_reason(found, trial_worker, how, status):  # noqa: F811
    setattr(trial_worker, how, {"call"})
    one = found()["call"]
    assert (one.status, one.ratio) == (status, None)
    assert one.reason


def test_a_run_of_another_kind_is_refused():
    with pytest.raises(RunError, match="no trial of other ways"):
        candidates.trial(record.read(reference.CURRENT))
