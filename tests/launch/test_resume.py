"""Whether an interrupted run may go on, and with what."""

import os
import shlex
import sys
from pathlib import Path

import pytest

from profiler.launch import manager, resume
from profiler.launch.listener import Silent
from profiler.plan import live_model
from profiler.plan.request import Request
from profiler.protocol import files
from profiler.protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, RunError, UsageError
from profiler.results import build
from profiler.runs import lock
from tests.launch.fake_worker import OWN, Hearing, manifest_of, stopped
from tests.readers.model_files.files import keras_archive
from tests.report.made_run import SLUG


def test_a_larger_budget_goes_on_until_the_verdict_stands(worker, run):
    worker.noise = 0.03
    _, manifest, _ = run(budget_s=32.0)
    assert 5 < len(worker.wall) < 20
    found = stopped(manifest)
    assert found["after_processes"] == len(worker.wall) == 20 - found["left_out"]


def test_resuming_a_run_that_ended_early_owes_nothing(worker, run):
    worker.ratio = 3.0
    outcome, manifest, _ = run()
    worker.ran.clear()
    assert resume.resume(outcome.run_path, {}, Silent()).exit_code == EXIT_DONE
    assert worker.ran == []
    assert manifest_of(outcome.run_path)["captures"] == manifest["captures"]


def test_an_interrupted_run_goes_on_to_the_look_that_ends_it(worker, run, tmp_path):
    worker.ratio = 3.0
    worker.interrupts = {2}
    with pytest.raises(KeyboardInterrupt):
        run()
    (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
    assert manifest_of(path)["status"] == "interrupted"
    worker.interrupts = set()
    resume.resume(path, {}, Silent())
    assert worker.wall == [0, 1, 2]
    assert stopped(manifest_of(path))["after_processes"] == 3


def test_a_partial_folder_that_a_kill_left_behind_does_not_stand_in_the_way_of_resuming(
    run, worker, tmp_path
):
    worker.interrupts = {1}
    with pytest.raises(KeyboardInterrupt):
        run()
    worker.interrupts = set()
    (path,) = [one.parent for one in tmp_path.glob("*/run.json")]
    left = path / f"{files.PARTIAL_PREFIX}1"
    left.mkdir()
    (left / "capture.json").write_text("{")
    outcome = resume.resume(path, {}, Silent())
    assert outcome.exit_code == EXIT_DONE
    assert not left.exists()


@pytest.mark.parametrize("changed", ["model", "input"])
def test_a_run_does_not_go_on_with_another_model_or_input_under_the_same_name(
    changed, interrupted, worker, tmp_path
):
    place = {"model": tmp_path / "own.keras", "input": tmp_path / "x.npy"}
    write = {"model": keras_archive, "input": Path.write_text}
    for kind, path in place.items():
        write[kind](path, "the first")
    run_path = interrupted(**OWN, **{kind: str(path) for kind, path in place.items()})
    write[changed](place[changed], "the second")
    with pytest.raises(UsageError, match=rf"{place[changed].name} has changed .* put that {changed} back"):
        resume.resume(run_path, {}, Silent())
    write[changed](place[changed], "the first")
    assert resume.resume(run_path, {}, Silent()).exit_code == EXIT_DONE


def test_a_factory_stands_for_its_module_s_file(interrupted, worker, tmp_path, monkeypatch):
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('kprof itself imports nothing of it')")
    (package / "models.py").write_text("def make(): return 1")
    monkeypatch.chdir(tmp_path)
    run_path = interrupted(**OWN, model="package.models:make")
    (package / "models.py").write_text("def make(): return 2")
    with pytest.raises(UsageError, match=r"package\.models:make has changed"):
        resume.resume(run_path, {}, Silent())


def test_a_model_that_has_another_number_of_parameters_is_another_model(interrupted, worker, tmp_path):
    facts = {"call_ns": 1, "batch_size": None, "parameters": 10}
    worker.facts = {"workloads": {"make": facts}}
    run_path = interrupted(**OWN, model="somewhere_else:make")
    worker.facts = {"workloads": {"make": {**facts, "parameters": 12}}}
    with pytest.raises(UsageError, match="make had 10 parameters when it was measured, it has 12 now"):
        resume.resume(run_path, {}, Silent())


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ({}, {"jit_compile": True}, "jit_compile False, here it is True"),
        ({}, {"platform": "Linux-7"}, "platform Linux-6.1-x86_64, here it is Linux-7"),
        ({"executable": "/a/python"}, {"executable": "/b/python"}, "executable /a/python, here it is /b"),
        (
            {"threads": {"intra_op": 2, "omp": None}},
            {"threads": {"intra_op": 1, "omp": None}},
            "threads intra_op 2, here it is 1",
        ),
    ],
)
def test_captures_of_one_run_come_from_one_environment(before, after, says, interrupted, worker):
    worker.facts = before
    run_path = interrupted()
    worker.facts = {**before, **after}
    with pytest.raises(UsageError, match=says):
        resume.resume(run_path, {}, Silent())
    worker.facts = before
    assert resume.resume(run_path, {}, Silent()).exit_code == EXIT_DONE


@pytest.mark.parametrize("name", ["TF_XLA_FLAGS", "XLA_FLAGS", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS"])
def test_a_run_keeps_the_variables_that_a_framework_obeys_and_goes_on_with_the_same(
    name, interrupted, monkeypatch
):
    monkeypatch.setenv(name, "1")
    run_path = interrupted()
    assert manifest_of(run_path)["environments"][SLUG]["variables"][name] == "1"
    monkeypatch.delenv(name)
    with pytest.raises(UsageError, match=f"measured with {name} 1, here it is not set; make it so again"):
        resume.resume(run_path, {}, Silent())


def test_a_run_of_an_older_kprof_that_kept_less_can_go_on(interrupted, worker):
    run_path = interrupted()
    manifest = manifest_of(run_path)
    del manifest["environments"][SLUG]["variables"], manifest["environments"][SLUG]["threads"]
    files.write_json(str(run_path / "run.json"), manifest)
    assert resume.resume(run_path, {}, Silent()).exit_code == EXIT_DONE


def test_what_has_been_deleted_or_altered_since_is_measured_again(worker, run):
    outcome, _, _ = run(processes=3)
    worker.ran.clear()
    first, second, *_ = sorted(outcome.run_path.glob("captures/*/*/wall-*/latencies.npy"))
    first.unlink()
    second.write_bytes(b"other times")
    damaged = {int(path.parent.name.partition("-")[2]) - 1 for path in (first, second)}
    assert resume.resume(outcome.run_path, {}, Silent()).exit_code == EXIT_DONE
    assert set(worker.wall) == damaged
    assert {variant.status for variant in build.build(outcome.run_path).variants} == {"ok"}


def test_a_raw_file_that_has_become_a_fifo_is_measured_again(worker, run):
    """Looking at what a run lacks waited for ever for somebody to write into it."""
    outcome, _, _ = run(processes=3)
    worker.ran.clear()
    path = next(outcome.run_path.glob("captures/*/*/wall-2/latencies.npy"))
    path.unlink()
    os.mkfifo(path)
    assert "1 process," in resume.dry_run(outcome.run_path, {})
    assert resume.resume(outcome.run_path, {}, Silent()).exit_code == EXIT_DONE
    assert worker.wall == [1]


def test_a_damaged_process_is_measured_again_where_later_ones_were_needless(worker, run):
    worker.ratio = 3.0
    outcome, _, _ = run()
    worker.ran.clear()
    for path in outcome.run_path.glob("captures/*/*/wall-2/latencies.npy"):
        path.unlink()
    resume.resume(outcome.run_path, {}, Silent())
    assert worker.wall == [1]
    assert stopped(manifest_of(outcome.run_path))["after_processes"] == 3


def test_the_exit_code_is_that_of_what_can_be_read(worker, run):
    outcome, _, _ = run(processes=3)
    for path in outcome.run_path.glob("captures/*/*/*/latencies.npy"):
        path.unlink()
    worker.breaks = {0}
    assert resume.resume(outcome.run_path, {}, Silent()).exit_code == EXIT_PARTIAL
    worker.breaks = {0, 1, 2}
    for path in outcome.run_path.glob("captures/*/*/*/latencies.npy"):
        path.unlink()
    with pytest.raises(
        CollectError, match="no capture succeeded: process 1: the worker ended with exit code 1"
    ):
        resume.resume(outcome.run_path, {}, Silent())


def test_a_run_goes_on_from_another_folder_than_it_was_made_from(interrupted, worker, tmp_path, monkeypatch):
    home = tmp_path / "home of the model"
    home.mkdir()
    keras_archive(home / "own.keras")
    monkeypatch.chdir(home)
    run_path = interrupted(**OWN, model="own.keras")
    monkeypatch.chdir("/")
    assert resume.resume(run_path, {}, Silent()).exit_code == EXIT_DONE
    assert {spec.path[0] for spec in worker.specs} == {str(home)}


def test_only_the_options_that_are_given_must_be_the_run_s(interrupted, worker, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keras_archive(tmp_path / "own.keras")
    run_path = interrupted(**OWN, model="own.keras", calls=6)
    for asked, says in (
        ({"calls": 7}, "calls=6, not 7; leave the option out"),
        ({"budget_s": 2.0}, "budget_s=8.0, not 2.0"),
        ({"batch_sizes": (1, 2)}, "batch_sizes=not set, not 1,2"),
        ({"model": "other.keras"}, "own.keras, not "),
    ):
        with pytest.raises(UsageError, match=says):
            resume.resume(run_path, asked, Silent())
    same = {"calls": 6, "model": "own.keras"}
    assert resume.resume(run_path, same, Silent()).exit_code == EXIT_DONE


def test_a_dry_run_of_a_resumed_run_shows_what_it_lacks(interrupted, worker):
    run_path = interrupted(processes=3)
    shown = resume.dry_run(run_path, {})
    assert shown.startswith("Plan: 2 processes")
    assert worker.ran == []
    resume.resume(run_path, {}, Silent())
    assert resume.dry_run(run_path, {}) == f"{run_path}: is complete"


def test_a_live_model_that_is_gone_with_its_process_gets_no_command_to_go_on_with(run, worker, tmp_path):
    class Model:
        def predict(self): ...

        def save(self, path):
            keras_archive(path)

    heard = Hearing()
    worker.interrupts = {1}
    with live_model.saved(Model(), None) as (model, _), pytest.raises(KeyboardInterrupt):
        manager.execute(Request(model=model, instruments=("wall",), out=str(tmp_path)), heard)
    assert "needs a new run" in heard.notes[-1]
    assert "--resume" not in heard.notes[-1]


def test_the_command_to_go_on_with_can_be_pasted(worker, tmp_path):
    heard = Hearing()
    worker.interrupts = {1}
    with pytest.raises(KeyboardInterrupt):
        manager.execute(Request(("tiny",), instruments=("wall",), out=str(tmp_path / "my runs")), heard)
    command = heard.notes[-1].partition("with: ")[2]
    *words, path = shlex.split(command)
    assert words == ["kprof", "run", "--resume"]
    assert (Path(path) / "run.json").is_file()


@pytest.fixture
def foreign(interrupted, worker, tmp_path, monkeypatch):
    """An interrupted run that names an interpreter, as if it came from somewhere else."""

    def make(**options):
        run_path = interrupted(**options)
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another user"))
        worker.specs.clear()
        return run_path

    return make


def test_a_run_from_elsewhere_starts_no_interpreter_that_the_user_did_not_name(foreign, worker):
    """Resuming a run that someone sent executed what its manifest named."""
    run_path = foreign(python=sys.executable)
    with pytest.raises(UsageError, match=f"not made here by you.*python={sys.executable}"):
        resume.resume(run_path, {}, Silent())
    assert worker.specs == []
    assert resume.resume(run_path, {"python": sys.executable}, Silent()).exit_code == EXIT_DONE


def test_a_run_from_elsewhere_imports_no_module_that_the_user_did_not_name(
    foreign, worker, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    run_path = foreign(**OWN, model="models_of_theirs:make")
    with pytest.raises(UsageError, match="model=models_of_theirs:make"):
        resume.resume(run_path, {}, Silent())
    monkeypatch.chdir("/")
    with pytest.raises(UsageError, match=f"would be loaded from {tmp_path}"):
        resume.resume(run_path, {"model": "models_of_theirs:make"}, Silent())
    assert worker.specs == []
    monkeypatch.chdir(tmp_path)
    asked = {"model": "models_of_theirs:make"}
    assert resume.resume(run_path, asked, Silent()).exit_code == EXIT_DONE


def test_a_run_from_elsewhere_calls_no_input_function_that_the_user_did_not_name(
    foreign, worker, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    named = {"model": "models_of_theirs:make", "input": "inputs_of_theirs:rows"}
    run_path = foreign(**OWN, **named)
    with pytest.raises(UsageError, match="input=inputs_of_theirs:rows"):
        resume.resume(run_path, {"model": named["model"]}, Silent())
    assert worker.specs == []
    assert resume.resume(run_path, named, Silent()).exit_code == EXIT_DONE


def test_a_run_from_elsewhere_that_names_nothing_to_execute_goes_on(foreign):
    assert resume.resume(foreign(), {}, Silent()).exit_code == EXIT_DONE


def test_a_run_whose_plan_was_altered_is_one_from_elsewhere(interrupted, worker, tmp_path):
    run_path = interrupted(python=sys.executable)
    manifest = manifest_of(run_path)
    other = tmp_path / "python"
    other.symlink_to(sys.executable)
    manifest["request"]["python"] = str(other)
    files.write_json(str(run_path / "run.json"), manifest)
    with pytest.raises(UsageError, match="not made here by you"):
        resume.resume(run_path, {}, Silent())


@pytest.mark.parametrize("slug", ["captures/../..", "..", "/etc", "a\\b"])
def test_an_environment_s_name_does_not_lead_out_of_the_run(slug, interrupted, worker):
    """mkdir, rmtree and rename followed it."""
    run_path = interrupted()
    manifest = manifest_of(run_path)
    manifest["environments"] = {slug: manifest["environments"][SLUG]}
    for entry in (*manifest["variants"], *manifest["captures"]):
        entry["environment"] = slug
    files.write_json(str(run_path / "run.json"), manifest)
    with pytest.raises(RunError, match="leads to another folder"):
        resume.resume(run_path, {}, Silent())


def test_the_manifest_is_read_under_the_lock(interrupted, worker, monkeypatch):
    """It was read before: another process could change it in between."""
    run_path = interrupted()
    read = resume.RunStore.open

    def read_and_try(path):
        with pytest.raises(CollectError, match="is measuring into it"), lock.locked(run_path.parent):
            pass
        return read(path)

    monkeypatch.setattr(resume.RunStore, "open", read_and_try)
    assert resume.resume(run_path, {}, Silent()).exit_code == EXIT_DONE


def test_both_sittings_of_a_resumed_run_are_recorded(interrupted, worker):
    run_path = interrupted()
    resume.resume(run_path, {}, Silent())
    sittings = manifest_of(run_path)["sittings"]
    assert [set(one) for one in sittings] == [{"before", "after"}] * 2
    assert all(one["after"] for one in sittings)


def test_ways_that_were_tried_for_advice_do_not_go_on_as_a_run(run):
    outcome, _, _ = run()
    path = outcome.run_path / files.RUN_FILE
    path.write_text(path.read_text().replace('"function"', '"function_fixed"'))
    for go_on in (resume.dry_run, lambda place, asked: resume.resume(place, asked, Silent())):
        with pytest.raises(UsageError, match=r"function_fixed.*make a new one with kprof advise"):
            go_on(outcome.run_path, {})
