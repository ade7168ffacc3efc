"""Sweeps with a worker whose machine is made up: where lines cross, resuming, and what goes wrong."""

import json

import pytest

from profiler.launch import resume, sweeping
from profiler.launch import worker as worker_process
from profiler.launch.listener import Silent
from profiler.plan import sweep as planning
from profiler.plan.request import Request
from profiler.protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, RunError, UsageError
from profiler.report import saved
from profiler.results.sweep import build
from tests.launch.fake_worker import Hearing, manifest_of
from tests.launch.swept import CALL_MEETS_FUNCTION, HALF, SweptWorker
from tests.readers.model_files.files import keras_archive


@pytest.fixture
def worker(monkeypatch):
    made = SweptWorker()
    monkeypatch.setattr(worker_process, "run", made.run)
    return made


@pytest.fixture
def swept(worker, tmp_path):
    """Sweep with options; return the outcome, what it says, and what was told."""

    def carry_out(workload="tiny", base=None, **given):
        heard = Hearing()
        sizes = {name: planning.sizes(text, name) for name, text in given.items() if isinstance(text, str)}
        base = Request(out=str(tmp_path), **(base or {}))
        asked = planning.request(workload, base, **{**given, **sizes})
        outcome = sweeping.execute(asked, heard)
        return outcome, build.build(outcome.run_path), heard

    return carry_out


def line(found, **wanted):
    (one,) = [one for one in found.lines if all(getattr(one, k) == v for k, v in wanted.items())]
    return one


def test_it_goes_on_to_the_size_at_which_overhead_falls_below_half(swept):
    outcome, found, _ = swept()
    assert outcome.exit_code == EXIT_DONE
    (one,) = line(found, level=0.5).crossings
    assert one.closely and not one.rises
    assert one.interval[0] < HALF < one.interval[1]
    assert one.size == pytest.approx(HALF, rel=0.05)
    assert line(found, level=0.1).status == "above"


def test_further_rounds_stand_around_the_crossings_until_these_are_close(swept):
    _, found, heard = swept()
    first, second, *_ = found.rounds
    assert first.sizes == (1, 5, 28, 147, 776, 4096)
    assert second.sizes[0] == 4096 and second.sizes[-1] > HALF
    assert any(note.startswith("round 2, overhead is above 50%") for note in heard.notes)
    call = line(found, way="compiled/call", other="compiled/function")
    (one,) = call.crossings
    assert one.closely and one.rises
    assert one.size == pytest.approx(CALL_MEETS_FUNCTION, rel=0.05)


def test_the_budget_ends_the_rounds(swept, worker):
    worker.seconds = 40.0
    _, found, _ = swept(budget_s=150.0)
    assert found.spent_s == 3 * 40.0
    assert [one.why for one in found.rounds] == ["the grid"]
    assert found.rounds[0].processes == 3


def test_sizes_that_the_user_ended_are_not_exceeded(swept):
    _, found, _ = swept(rows="1..1024", points=6)
    assert max(one.size for one in found.points) == 1024
    assert line(found, level=0.5).status == "above"


def test_points_say_the_best_way_overhead_and_what_was_not_measured(swept):
    _, found, _ = swept()
    first = found.points[0]
    assert first.best == "compiled/call"
    assert first.overhead.value == pytest.approx(1 - 0.55 / 50.01, abs=0.01)
    assert first.overhead.interval[0] < first.overhead.value < first.overhead.interval[1]
    assert first.fastest_other == "compiled/call"
    assert (first.compute.value, first.compute.reason) == (None, "not traced at this point")
    assert first.verdict in ("same", "cannot tell")
    assert first.compiled_ratio.value == pytest.approx(1, abs=0.05)
    last = found.points[-1]
    assert last.ms["uncompiled/predict"].median is None
    assert last.ms["uncompiled/predict"].reason == "not measured at this point"
    assert last.compiled_ratio.value is None


def test_an_interrupted_sweep_goes_on_where_it_was(swept, worker, tmp_path):
    worker.interrupts = {1}
    with pytest.raises(KeyboardInterrupt):
        swept()
    (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
    assert manifest_of(path)["status"] == "interrupted"
    worker.interrupts = set()
    assert "lacks 2 processes of 1 rounds" in sweeping.lacking(path, {})
    assert sweeping.go_on(path, {}, Silent()).exit_code == EXIT_DONE
    assert worker.wall == list(range(len(worker.wall)))
    assert line(build.build(path), level=0.5).crossings


def test_interrupting_names_the_command_that_resumes_it(worker, tmp_path):
    worker.interrupts = {0}
    heard = Hearing()
    asked = planning.request("tiny", Request(out=str(tmp_path)))
    with pytest.raises(KeyboardInterrupt):
        sweeping.execute(asked, heard)
    assert "kprof sweep --resume " in heard.notes[-1]


def test_a_complete_sweep_is_not_measured_again(swept, worker):
    outcome, _, _ = swept()
    worker.ran.clear()
    worker.specs.clear()
    assert sweeping.go_on(outcome.run_path, {}, Silent()).exit_code == EXIT_DONE
    assert worker.specs == []
    assert "is complete" in sweeping.lacking(outcome.run_path, {})


def test_a_sweep_is_resumed_as_a_sweep_and_a_run_as_a_run(swept, run):
    outcome, _, _ = swept()
    with pytest.raises(UsageError, match="kprof sweep --resume"):
        resume.resume(outcome.run_path, {}, Silent())
    plain, _, _ = run()
    with pytest.raises(RunError, match="kprof run --resume"):
        sweeping.go_on(plain.run_path, {}, Silent())
    with pytest.raises(RunError, match="kprof report"):
        build.build(plain.run_path)


def test_another_model_than_the_run_s_is_refused(swept):
    outcome, _, _ = swept()
    with pytest.raises(UsageError, match="another python"):
        sweeping.go_on(outcome.run_path, {"python": "/bin/sh"}, Silent())


def test_a_way_that_fails_is_said_and_the_rest_goes_on(swept, worker):
    worker.fails = {"call"}
    outcome, found, _ = swept()
    assert outcome.exit_code == EXIT_PARTIAL
    assert found.points[0].ms["compiled/call"].reason == "process 1: the worker left no capture"
    assert found.points[0].fastest_other == "compiled/function"
    assert line(found, level=0.5).crossings


def test_predict_alone_has_no_overhead_to_tell(swept):
    _, found, _ = swept(base={"entry_points": ("predict",)}, rows="1..64")
    assert {one.overhead.reason for one in found.points} == {"no other way to call the model was measured"}
    assert [one.kind for one in found.lines] == ["ways"]


def test_where_nothing_works_it_is_an_error(swept, worker):
    worker.fails = {"predict", "predict_on_batch", "call", "function"}
    with pytest.raises(CollectError, match="no capture succeeded"):
        swept()


def test_widths_are_built_side_by_side_in_one_process(swept, worker):
    _, found, _ = swept("mlp", widths="8,64", budget_s=1.0)
    assert found.axis == "width"
    assert [one.workload for one in found.points] == ["mlp8", "mlp64"]
    (prepared, first, *_) = worker.specs
    assert [one.name for one in prepared.workloads] == ["mlp8"]
    assert [one.name for one in first.workloads] == ["mlp8", "mlp64"]


def test_models_of_the_user_s_stand_side_by_side_and_have_no_lines(swept, worker, tmp_path):
    for name in "ab":
        keras_archive(tmp_path / f"{name}.keras", name)
    base = {"model": str(tmp_path / "a.keras")}
    _, found, _ = swept(None, base, beside=(str(tmp_path / "b.keras"),))
    assert found.workloads == ("a", "b")
    assert [one.workload for one in found.points] == ["a", "b"]
    assert found.lines == ()
    assert len(found.rounds) == 1
    last = worker.specs[-1]
    assert [one.model for one in last.workloads] == [str(tmp_path / f"{name}.keras") for name in "ab"]


def test_a_sweep_does_not_go_on_with_another_second_model(swept, worker, tmp_path):
    for name in "ab":
        keras_archive(tmp_path / f"{name}.keras", name)
    worker.interrupts = {1}
    with pytest.raises(KeyboardInterrupt):
        swept(None, {"model": str(tmp_path / "a.keras")}, beside=(str(tmp_path / "b.keras"),))
    worker.interrupts = set()
    (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
    keras_archive(tmp_path / "b.keras", "another")
    with pytest.raises(UsageError, match=r"b\.keras has changed"):
        sweeping.go_on(path, {}, Silent())


def test_slow_models_have_fewer_points_so_that_something_is_left(swept):
    asked = planning.request("medium", Request())
    assert len(sweeping.first_round(asked, None).parts) < planning.POINTS


def test_its_files_are_a_run_s_and_sweep_json_beside_them(swept):
    outcome, _, _ = swept()
    found = saved.save_sweep(outcome.run_path)
    stored = json.loads((outcome.run_path / "sweep.json").read_text())
    assert stored["schema"] == "kprof.sweep/1"
    assert stored["lines"][0]["crossings"][0]["size"] == found.lines[0].crossings[0].size
    report = json.loads((outcome.run_path / "report.json").read_text())
    assert len(report["variants"]) == len(manifest_of(outcome.run_path)["variants"])
