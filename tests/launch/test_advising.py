"""A trial from request to run directory, with a worker that is made up."""

import pytest

from profiler.launch import advising
from profiler.plan.advising import Asked, sizes
from profiler.plan.request import Request
from profiler.protocol.errors import CollectError
from profiler.runs import record
from tests.launch.fake_worker import manifest_of
from tests.trials import trial, trial_worker  # noqa: F401


def statuses(path):
    return {one.variant.entry_point: one.status for one in record.read(path).captures}


def test_every_candidate_has_a_capture_of_each_process(trial, trial_worker):  # noqa: F811
    path, heard = trial()
    assert [len(names) for names in trial_worker.tried] == [7, 7, 7]
    assert all(names[0] == "predict" for names in trial_worker.tried)
    assert set(statuses(path).values()) == {"ok"}
    assert manifest_of(path)["status"] == "complete"
    assert "against predict: predict_on_batch" in heard.plans[0]


def test_one_that_raises_is_not_tried_again(trial, trial_worker):  # noqa: F811
    trial_worker.raising = {"call"}
    path, heard = trial()
    assert ["call" in names for names in trial_worker.tried] == [True, False, False]
    assert statuses(path)["call"] == "failed"
    assert heard.notes[-1] == "call: RuntimeError: out of luck"


@pytest.mark.parametrize(
    ("how", "status", "why"),
    [
        ("stuck", "timeout", "not done within 120 s (first calls)"),
        ("killed", "failed", "SIGKILL (first calls)"),
    ],
)
def test_one_that_ends_its_process_costs_its_own_row_alone(trial, trial_worker, how, status, why):  # noqa: F811
    setattr(trial_worker, how, {"call"})
    path, _ = trial()
    assert ["call" in names for names in trial_worker.tried] == [True, False, False, False]
    found = record.read(path).captures
    (lost,) = (one for one in found if one.variant.entry_point == "call")
    assert lost.status == status
    assert why in lost.reason
    assert {one.status for one in found if one is not lost} == {"ok"}


def test_a_predict_that_cannot_be_measured_ends_the_trial(trial, trial_worker):  # noqa: F811
    trial_worker.raising = {"predict"}
    with pytest.raises(CollectError, match=r"predict could not be measured: .*out of luck"):
        trial()


def test_an_interrupted_trial_keeps_what_is_complete(trial, trial_worker, tmp_path):  # noqa: F811
    trial_worker.interrupts = {1}
    with pytest.raises(KeyboardInterrupt):
        trial()
    (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
    assert manifest_of(path)["status"] == "interrupted"
    assert len(record.read(path).captures) == 7
    assert not list(path.glob(".partial*"))


def test_the_rows_are_drawn_anew_for_each_process(trial, trial_worker):  # noqa: F811
    trial(rows=sizes("1..100"))
    first, second, third = (spec.rows for spec in trial_worker.asked)
    assert first != second != third
    assert [spec.compares for spec in trial_worker.asked] == [True, False, False]


def test_a_dry_run_starts_nothing():
    told = advising.dry_run(Asked(Request(workloads=("tiny",)), xla=True))
    assert "function_open_xla" in told
