"""What an environment says of itself before anything is measured, and who is blamed where it says nothing."""

import sys

import pytest

from profiler.launch import preparing
from profiler.launch import worker as worker_process
from profiler.launch.listener import Silent
from profiler.plan.request import Request
from profiler.protocol.errors import CollectError, UsageError
from profiler.protocol.spec import EnvironmentFacts, WorkerExit, WorkloadFacts
from profiler.readers import model_files
from tests.launch.fake_worker import OWN
from tests.readers.model_files.files import FOLDER


@pytest.mark.parametrize(
    ("ended", "says"),
    [
        (
            WorkerExit("timeout", "no result within 300 s", 300.0),
            "could not be built and called within 300 s",
        ),
        (
            WorkerExit("failed", "printed more than 64 MB", 9.0),
            "could not be built and called: printed more than",
        ),
        (WorkerExit("ok", None, 2.0, 0), "its code ended the process that was to measure it; have it return"),
        (
            WorkerExit("failed", "exit code 1: KeyError: 'x'", 2.0, 1),
            "built and called: exit code 1: KeyError: 'x'",
        ),
    ],
)
def test_what_a_model_s_code_does_is_not_blamed_on_the_interpreter(ended, says, worker, run, monkeypatch):
    monkeypatch.setattr(worker_process, "run", lambda *_: ended)
    with pytest.raises(CollectError) as caught:
        run(**OWN, model="models:make")
    text = str(caught.value)
    assert text.startswith("model models:make: ")
    assert says in text
    assert "kprof-" not in text
    assert "environment.json" not in text


def test_an_interpreter_that_says_nothing_is_named_and_no_file_that_is_gone(worker, run, monkeypatch):
    monkeypatch.setattr(worker_process, "run", lambda *_: WorkerExit("ok", None, 1.0, 0))
    with pytest.raises(CollectError) as caught:
        run()
    assert str(caught.value) == f"{sys.executable}: cannot be measured: it ended without an answer"


@pytest.mark.parametrize("python", [None, sys.executable])
def test_the_advice_to_install_tensorflow_is_for_the_interpreter_that_lacks_it(python, worker, run):
    worker.error = "cannot import tensorflow: No module named 'tensorflow'"
    with pytest.raises(CollectError) as caught:
        run(python=python)
    wanted = (
        "(pip install 'kprof[tensorflow]')" if python is None else f"({python} -m pip install tensorflow)"
    )
    assert wanted in str(caught.value)


def test_a_backend_that_is_not_measured_has_its_own_remedy(worker, run):
    """KERAS_BACKEND=jax was told to install TensorFlow."""
    worker.error, worker.to_do = "Keras runs on jax", "unset KERAS_BACKEND"
    with pytest.raises(CollectError) as caught:
        run()
    assert str(caught.value) == f"{sys.executable}: Keras runs on jax; unset KERAS_BACKEND"


def test_the_worker_is_told_whom_it_works_for(worker, run):
    import os

    run()
    assert {spec.parent for spec in worker.specs} == {os.getpid()}


def test_a_workload_that_cannot_be_built_is_told_before_anything_is_measured(worker, run):
    worker.facts = {"workloads": {"tiny": {"error": "ValueError: no"}}}
    with pytest.raises(CollectError, match="cannot measure tiny: ValueError: no"):
        run()
    assert worker.ran == []


def test_a_plan_of_one_s_own_model_rests_on_what_its_call_took():
    facts = EnvironmentFacts("2.21.0", None, workloads={"make": WorkloadFacts(13, 8, 2_000_000_000)})
    made = preparing.plan(Request(model="models:make"), facts)
    assert {variant.batch_size for variant in made.variants} == {8}
    assert max(process.replicate for process in made.processes) == 2


@pytest.mark.parametrize(
    "workloads",
    [{}, {"make": WorkloadFacts(13)}, {"make": WorkloadFacts(13, -3, 5)}, {"make": WorkloadFacts(13, 8, -5)}],
)
def test_a_run_that_does_not_say_what_a_call_takes_is_one_line(workloads):
    """A run from elsewhere ended `--resume --dry-run` in an internal error."""
    with pytest.raises(UsageError, match="does not say how large make is"):
        preparing.plan(Request(model="models:make"), EnvironmentFacts("2.21.0", None, workloads=workloads))


def test_a_machine_without_a_sound_interpreter_has_no_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(preparing, "find_interpreters", lambda: ())
    assert preparing.remedy(preparing.site(Request(("tiny",)), tmp_path)) is None


def test_an_interpreter_is_asked_for_every_workload_at_once(worker, tmp_path):
    preparing.prepare("", preparing.site(Request(), tmp_path), Silent())
    (spec,) = worker.specs
    assert [one.name for one in spec.workloads] == ["tiny", "medium"]
    assert spec.measure is None


@pytest.mark.parametrize(
    ("keras", "said"),
    [
        (
            "3.15.1",
            "m.h5: no groups; Keras 2.4.0 wrote it: "
            "measure it with a release that loads it (`kprof run --tf 2.15.1`)",
        ),
        ("2.15.0", "m.h5: no groups; give a factory"),
    ],
)
def test_a_file_of_another_keras_is_told_the_release_that_loads_it(keras, said, worker, run):
    """What a factory could do is not told where another release does it."""
    facts = {"error": "m.h5: no groups; give a factory", "not_loaded": "m.h5: no groups"}
    worker.facts = {"keras": keras, "workloads": {"keras_2.4": facts}}
    with pytest.raises(CollectError) as caught:
        run(**OWN, model=str(FOLDER / "keras-2.4.h5"))
    assert str(caught.value) == f"cannot measure keras_2.4: {said}"


@pytest.mark.parametrize(("keras", "count"), [("3.15.1", 1), ("2.15.0", 0)])
def test_a_keras_model_that_is_measured_by_its_signature_is_noted(keras, count, worker, run):
    worker.facts = {"keras": keras}
    _, manifest, _ = run(**OWN, model=str(FOLDER / "saved-model-keras-2.15"))
    (environment,) = manifest["environments"].values()
    assert sum("measures the model itself" in note for note in environment["notes"]) == count


def test_the_signature_is_the_worker_s(worker, run):
    run(**OWN, model=str(FOLDER / "saved-model-2.21"), signature="added")
    assert {one.signature for spec in worker.specs for one in spec.workloads} == {"added"}


def test_a_model_s_file_is_parsed_once(worker, run, monkeypatch):
    parsed = []
    read = model_files.read
    monkeypatch.setattr(model_files, "read", lambda path: parsed.append(path) or read(path))
    run(**OWN, model=str(FOLDER / "keras-3.keras"))
    assert parsed == [FOLDER / "keras-3.keras"]
