"""The manager with a worker whose clock is made up: when it ends early, and what it leaves."""

import contextlib
import json
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

from profiler.collect import captures
from profiler.collect.instruments import Recording
from profiler.launch import manager, matrix, stopping
from profiler.launch import worker as worker_process
from profiler.launch.listener import Silent
from profiler.plan import live_model, user_model
from profiler.plan.request import Request
from profiler.protocol import files, schemas
from profiler.protocol.decoding import decode
from profiler.protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, UsageError
from profiler.protocol.spec import BlockRecord, Spec, WorkerExit
from profiler.results import build
from tests.report import made_run
from tests.report.made_run import ENVIRONMENT, SLUG

MS = {"predict": 50, "predict_on_batch": 0.5, "call": 2, "function": 1}
WAVE = (1, -1, 0.5, -0.5)


class Worker:
    """Stands in for the worker's process: writes what a real one would, with times that a test chooses.

    ``ratio`` of compiled to uncompiled; ``noise``: by how much the compiled variants' medians go up and down
    from process to process, in logarithms; ``breaks``: numbers of the processes that leave nothing.
    """

    def __init__(self, ratio=1.0, noise=0.003):
        self.ratio, self.noise = ratio, noise
        self.breaks, self.interrupts, self.ran = set(), set(), []
        self.slug = SLUG
        self.facts, self.specs = {}, []

    def run(self, python, arguments, output, timeout_s, where):
        spec = decode(Spec, json.loads(Path(arguments[1]).read_text()))
        output.write_text("")
        self.specs.append(spec)
        part = spec.measure
        if part is None:
            self.describe(Path(spec.output), spec)
            return WorkerExit("ok", None, 1.0, 0)
        if part.process in self.interrupts:
            raise KeyboardInterrupt
        self.ran.append((part.instrument, part.process))
        if part.process in self.breaks:
            return WorkerExit("failed", "the worker ended with exit code 1", 1.0, 1)
        for entry in part.variants:
            self.capture(Path(spec.output, entry.folder), part, entry.variant)
        return WorkerExit("ok", None, 2.0, 0)

    def describe(self, folder, spec):
        folder.mkdir(exist_ok=True)
        workloads = {one.name: {"call_ns": 1, "batch_size": None} for one in spec.workloads}
        found = {"slug": self.slug, "workloads": workloads, "cprofile_lost_frames": []}
        answer = {"error": None, "environment": {**ENVIRONMENT, **found, **self.facts}, "diagnosis": None}
        files.write_json(str(folder / files.ENVIRONMENT_FILE), {"schema": schemas.ENVIRONMENT, **answer})

    def capture(self, folder, part, variant):
        median_ns = 1e6 * MS[variant.entry_point]
        if variant.compile_state == "compiled":
            wave = WAVE[part.process % len(WAVE)] * (1 if variant.entry_point == "predict" else -1)
            median_ns *= self.ratio * np.exp(self.noise * wave)
        median_ns = round(median_ns)
        folder.mkdir(parents=True)
        durations = [median_ns - 100, median_ns, median_ns + 100]
        timing = captures.Timing(median_ns, [median_ns], durations, [BlockRecord(0, 3)])
        identity = made_run.identity(part.environment, variant, part.process, part.instrument)
        captures.write(str(folder), identity, timing, Recording())

    @property
    def wall(self):
        return [number for instrument, number in self.ran if instrument == "wall"]


class Hearing(Silent):
    """Keeps what a listener is told."""

    def __init__(self):
        self.notes, self.plans = [], []

    def note(self, text):
        self.notes.append(text)

    def plan(self, text):
        self.plans.append(text)


@pytest.fixture
def worker(monkeypatch):
    made = Worker()
    monkeypatch.setattr(worker_process, "run", made.run)
    return made


@pytest.fixture
def run(worker, tmp_path):
    """Run ``tiny`` with options; return the outcome, run.json and what was told."""

    def carry_out(**options):
        heard = Hearing()
        options = {"instruments": ("wall",), "workloads": ("tiny",), "out": str(tmp_path), **options}
        outcome = manager.execute(Request(**options), heard)
        return outcome, manifest_of(outcome.run_path), heard

    return carry_out


def manifest_of(path):
    return json.loads((path / "run.json").read_text())


def stopped(manifest, slug=SLUG):
    return manifest[stopping.KEY][slug]["tiny"]["stopped"]


def test_verdicts_that_stand_end_the_measuring_and_the_run_is_complete(worker, run):
    worker.ratio = 3.0
    outcome, manifest, heard = run()
    assert worker.wall == [0, 1, 2]
    assert (outcome.exit_code, manifest["status"]) == (EXIT_DONE, "complete")
    assert stopped(manifest) == {
        "after_processes": 3,
        "left_out": 2,
        "why": "every verdict stands (differs)",
    }
    assert any("after 3 processes; 2 more under wall are left out, which saves" in n for n in heard.notes)
    assert "3 to 5 processes, at most about" in heard.plans[0]


def test_the_report_shows_the_interval_and_the_verdict_that_ended_it(worker, run):
    worker.ratio = 3.0
    outcome, _, _ = run(entry_points=("predict",))
    (shown,) = build.build(outcome.run_path).comparisons
    assert shown.verdict == "differs"
    logs = process_log_ratios(outcome.run_path)
    p = 1 - 0.05 / 27 / 2  # the first of three looks spends a 27th of the error
    t = (2 * p - 1) / np.sqrt(2 * p * (1 - p))  # Student's with 2 degrees of freedom, in closed form
    half_width = t * logs.std(ddof=1) / np.sqrt(3)
    assert np.log(shown.interval) == pytest.approx(logs.mean() + half_width * np.array([-1, 1]))


def process_log_ratios(path):
    """Return the log ratio of the medians by process, read past all our readers."""
    medians = {}
    for file in path.glob("captures/*/*/wall-*/latencies.npy"):
        medians[file.parts[-3], file.parts[-2]] = np.log(np.median(np.load(file)))
    names = sorted({name for _, name in medians})
    states = ("tiny-uncompiled-predict-b32", "tiny-compiled-predict-b32")
    before, after = ([medians[state, name] for name in names] for state in states)
    return np.array(after) - before


def test_doubt_takes_all_planned_processes(worker, run):
    worker.noise = 0.1
    _, manifest, heard = run()
    assert worker.wall == [0, 1, 2, 3, 4]
    assert stopped(manifest) is None
    assert not any("left out" in note for note in heard.notes)


def test_what_is_found_at_the_last_process_leaves_nothing_out(worker, run):
    worker.noise = 0.025
    outcome, manifest, _ = run(entry_points=("predict",))
    assert worker.wall == [0, 1, 2, 3, 4]
    assert stopped(manifest) is None
    (shown,) = build.build(outcome.run_path).comparisons
    assert shown.verdict == "same"


def test_a_larger_budget_goes_on_until_the_verdict_stands(worker, run):
    worker.noise = 0.03
    _, manifest, _ = run(budget_s=32.0)
    assert 5 < len(worker.wall) < 20
    found = stopped(manifest)
    assert found["after_processes"] == len(worker.wall) == 20 - found["left_out"]


@pytest.mark.parametrize("options", [{"processes": 5}, {"full": True}, {"calls": 10}])
def test_a_number_that_was_asked_for_is_measured_whole(options, worker, run):
    worker.ratio = 3.0
    _, manifest, heard = run(**options)
    assert worker.wall == [0, 1, 2, 3, 4]
    assert stopping.KEY not in manifest
    assert "to 5 processes" not in heard.plans[0]


def test_the_smallest_effect_decides_when_it_ends(worker, run):
    worker.noise = 0.025
    _, narrow, _ = run(entry_points=("predict",))
    worker.ran.clear()
    _, wide, _ = run(entry_points=("predict",), smallest_effect=0.5)
    assert stopped(narrow) is None
    assert stopped(wide)["why"] == "every verdict stands (same)"
    assert len(worker.wall) < 5


def test_the_other_instruments_are_not_left_out(worker, run):
    worker.ratio = 3.0
    run(instruments=("wall", "tfprofiler"))
    assert worker.wall == [0, 1, 2]
    assert [instrument for instrument, _ in worker.ran].count("tfprofiler") == 2


def test_a_process_that_failed_is_no_look_and_the_next_ones_make_up_for_it(worker, run):
    worker.ratio = 3.0
    worker.breaks = {1}
    outcome, manifest, _ = run()
    assert worker.wall == [0, 1, 2, 3]
    assert stopped(manifest)["after_processes"] == 3
    assert outcome.exit_code == EXIT_PARTIAL


def test_resuming_a_run_that_ended_early_owes_nothing(worker, run):
    worker.ratio = 3.0
    outcome, manifest, _ = run()
    worker.ran.clear()
    assert manager.resume(outcome.run_path, None, Silent()).exit_code == EXIT_DONE
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
    manager.resume(path, None, Silent())
    assert worker.wall == [0, 1, 2]
    assert stopped(manifest_of(path))["after_processes"] == 3


def test_each_environment_of_a_matrix_ends_by_its_own_verdict(worker, tmp_path, monkeypatch):
    @contextlib.contextmanager
    def in_use(release, progress):
        worker.slug = f"tf{release}-py3.11"
        yield type("Made", (), {"python": sys.executable, "notes": ()})()

    def capture(spec, entry):
        worker.ratio = 3.0 if spec.measure.environment.startswith("tf2.0.0") else 1.0
        worker.noise = 0.003 if spec.measure.environment.startswith("tf2.0.0") else 0.1
        Worker.capture(worker, spec, entry)

    monkeypatch.setattr(matrix.environments, "in_use", in_use)
    monkeypatch.setattr(worker, "capture", capture)
    request = Request(("tiny",), entry_points=("predict",), instruments=("wall",), out=str(tmp_path))
    outcome = matrix.execute(request, ("2.0.0", "2.1.0"), Silent())
    assert worker.wall == [0, 1, 2, 0, 1, 2, 3, 4]
    manifest = manifest_of(outcome.run_path)
    assert stopped(manifest, "tf2.0.0-py3.11")["left_out"] == 2
    assert stopped(manifest, "tf2.1.0-py3.11") is None


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
    outcome = manager.resume(path, None, Silent())
    assert outcome.exit_code == EXIT_DONE
    assert not left.exists()


@pytest.fixture
def interrupted(run, worker, tmp_path):
    """Run with options until the second process, which is interrupted; return the run directory."""

    def carry_out(**options):
        worker.interrupts = {1}
        with pytest.raises(KeyboardInterrupt):
            run(**options)
        worker.interrupts = set()
        worker.ran.clear()
        (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
        return path

    return carry_out


OWN = {"workloads": (), "entry_points": ("predict",), "compile_states": ("compiled",)}


@pytest.mark.parametrize("changed", ["model", "input"])
def test_a_run_does_not_go_on_with_another_model_or_input_under_the_same_name(
    changed, interrupted, worker, tmp_path
):
    place = {"model": tmp_path / "own.keras", "input": tmp_path / "x.npy"}
    for path in place.values():
        path.write_text("the first")
    run_path = interrupted(**OWN, **{kind: str(path) for kind, path in place.items()})
    place[changed].write_text("the second")
    with pytest.raises(UsageError, match=rf"{place[changed].name} has changed .* put that {changed} back"):
        manager.resume(run_path, None, Silent())
    place[changed].write_text("the first")
    assert manager.resume(run_path, None, Silent()).exit_code == EXIT_DONE


def test_a_factory_stands_for_its_module_s_file(interrupted, worker, tmp_path, monkeypatch):
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('kprof itself imports nothing of it')")
    (package / "models.py").write_text("def make(): return 1")
    monkeypatch.chdir(tmp_path)
    run_path = interrupted(**OWN, model="package.models:make")
    (package / "models.py").write_text("def make(): return 2")
    with pytest.raises(UsageError, match=r"package\.models:make has changed"):
        manager.resume(run_path, None, Silent())


def test_a_model_that_has_another_number_of_parameters_is_another_model(interrupted, worker, tmp_path):
    facts = {"call_ns": 1, "batch_size": None, "parameters": 10}
    worker.facts = {"workloads": {"make": facts}}
    run_path = interrupted(**OWN, model="somewhere_else:make")
    worker.facts = {"workloads": {"make": {**facts, "parameters": 12}}}
    with pytest.raises(UsageError, match="make had 10 parameters when it was measured, it has 12 now"):
        manager.resume(run_path, None, Silent())


def test_the_files_of_a_saved_model_s_folder_are_its_contents(tmp_path):
    (tmp_path / "saved" / "variables").mkdir(parents=True)
    (tmp_path / "saved" / "variables" / "data").write_text("1")
    given = {"model": str(tmp_path / "saved"), "input": None}
    before = user_model.contents(given, tmp_path)
    (tmp_path / "saved" / "variables" / "data").write_text("2")
    assert user_model.contents(given, tmp_path)["model_sha256"] != before["model_sha256"]


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
        manager.resume(run_path, None, Silent())
    worker.facts = before
    assert manager.resume(run_path, None, Silent()).exit_code == EXIT_DONE


@pytest.mark.parametrize("name", ["TF_XLA_FLAGS", "XLA_FLAGS", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS"])
def test_a_run_keeps_the_variables_that_a_framework_obeys_and_goes_on_with_the_same(
    name, interrupted, monkeypatch
):
    monkeypatch.setenv(name, "1")
    run_path = interrupted()
    assert manifest_of(run_path)["environments"][SLUG]["variables"][name] == "1"
    monkeypatch.delenv(name)
    with pytest.raises(UsageError, match=f"measured with {name} 1, here it is not set; make it so again"):
        manager.resume(run_path, None, Silent())


def test_a_run_of_an_older_kprof_that_kept_less_can_go_on(interrupted, worker):
    run_path = interrupted()
    manifest = manifest_of(run_path)
    del manifest["environments"][SLUG]["variables"], manifest["environments"][SLUG]["threads"]
    files.write_json(str(run_path / "run.json"), manifest)
    assert manager.resume(run_path, None, Silent()).exit_code == EXIT_DONE


def test_what_has_been_deleted_or_altered_since_is_measured_again(worker, run):
    outcome, _, _ = run(processes=3)
    worker.ran.clear()
    first, second, *_ = sorted(outcome.run_path.glob("captures/*/*/wall-*/latencies.npy"))
    first.unlink()
    second.write_bytes(b"other times")
    damaged = {int(path.parent.name.partition("-")[2]) - 1 for path in (first, second)}
    assert manager.resume(outcome.run_path, None, Silent()).exit_code == EXIT_DONE
    assert set(worker.wall) == damaged
    assert {variant.status for variant in build.build(outcome.run_path).variants} == {"ok"}


def test_a_damaged_process_is_measured_again_where_later_ones_were_needless(worker, run):
    worker.ratio = 3.0
    outcome, _, _ = run()
    worker.ran.clear()
    for path in outcome.run_path.glob("captures/*/*/wall-2/latencies.npy"):
        path.unlink()
    manager.resume(outcome.run_path, None, Silent())
    assert worker.wall == [1]
    assert stopped(manifest_of(outcome.run_path))["after_processes"] == 3


def test_the_exit_code_is_that_of_what_can_be_read(worker, run):
    outcome, _, _ = run(processes=3)
    for path in outcome.run_path.glob("captures/*/*/*/latencies.npy"):
        path.unlink()
    worker.breaks = {0}
    assert manager.resume(outcome.run_path, None, Silent()).exit_code == EXIT_PARTIAL
    worker.breaks = {0, 1, 2}
    for path in outcome.run_path.glob("captures/*/*/*/latencies.npy"):
        path.unlink()
    with pytest.raises(
        CollectError, match="no capture succeeded: process 1: the worker ended with exit code 1"
    ):
        manager.resume(outcome.run_path, None, Silent())


def test_a_process_that_failed_is_told_at_once_with_its_number_and_the_exit_code_explained(worker, run):
    worker.breaks = {1}
    outcome, _, heard = run(processes=3)
    assert outcome.exit_code == EXIT_PARTIAL
    why = "the worker ended with exit code 1"
    assert f"tiny wall #2 (5 variants): {why}" in heard.notes
    assert "exit code 3: 5 of 15 captures failed" in heard.notes[-1]
    found = build.build(outcome.run_path)
    assert {variant.status for variant in found.variants} == {"ok"}
    told = {c.reason for variant in found.variants for c in variant.captures if c.status == "failed"}
    assert told == {f"process 2: {why}"}


def test_a_run_goes_on_from_another_folder_than_it_was_made_from(interrupted, worker, tmp_path, monkeypatch):
    home = tmp_path / "home of the model"
    home.mkdir()
    (home / "own.keras").write_text("weights")
    monkeypatch.chdir(home)
    run_path = interrupted(**OWN, model="own.keras")
    monkeypatch.chdir("/")
    assert manager.resume(run_path, None, Silent()).exit_code == EXIT_DONE
    assert {spec.path[0] for spec in worker.specs} == {str(home)}


def test_only_the_options_that_are_given_must_be_the_run_s(interrupted, worker, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.keras").write_text("weights")
    run_path = interrupted(**OWN, model="own.keras", calls=6)
    for asked, says in (
        ({"calls": 7}, "--calls 6, not 7; leave the option out"),
        ({"budget_s": 2.0}, "--budget 8.0, not 2.0"),
        ({"batch_sizes": (1, 2)}, "--batch-size not set, not 1,2"),
        ({"model": "other.keras"}, "own.keras, not "),
    ):
        with pytest.raises(UsageError, match=says):
            manager.resume(run_path, asked, Silent())
    same = {"calls": 6, "model": "own.keras"}
    assert manager.resume(run_path, same, Silent()).exit_code == EXIT_DONE


def test_a_dry_run_of_a_resumed_run_shows_what_it_lacks(interrupted, worker):
    run_path = interrupted(processes=3)
    shown = manager.dry_resume(run_path, None)
    assert shown.startswith("Plan: 2 processes")
    assert worker.ran == []
    manager.resume(run_path, None, Silent())
    assert manager.dry_resume(run_path, None) == f"{run_path}: lacks nothing"


def test_a_live_model_that_is_gone_with_its_process_gets_no_command_to_go_on_with(run, worker, tmp_path):
    class Model:
        def predict(self): ...

        def save(self, path):
            path.write_text("weights")

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
    assert text.startswith("--model models:make: ")
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
    worker.facts = {"error": "cannot import tensorflow: No module named 'tensorflow'"}
    with pytest.raises(CollectError) as caught:
        run(python=python)
    wanted = (
        "(pip install 'kprof[tensorflow]')" if python is None else f"({python} -m pip install tensorflow)"
    )
    assert wanted in str(caught.value)


def test_the_module_beside_the_user_comes_before_one_of_its_name_on_the_path(tmp_path, monkeypatch):
    """The worker imports it so: the other one's hash would not notice a change."""
    for name in ("here", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "models.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    assert user_model.module_file("models", tmp_path / "here") == tmp_path / "here" / "models.py"
    (tmp_path / "here" / "models.py").unlink()
    assert user_model.module_file("models", tmp_path / "here") == tmp_path / "elsewhere" / "models.py"


def test_a_module_that_could_not_be_found_then_does_not_keep_a_run_from_going_on(
    interrupted, worker, tmp_path, monkeypatch
):
    run_path = interrupted(**OWN, model="models_of_mine:make")
    assert manifest_of(run_path)["given"]["model_sha256"] is None
    monkeypatch.setattr(user_model, "module_file", lambda *_: Path(__file__))
    assert manager.resume(run_path, None, Silent()).exit_code == EXIT_DONE


def test_an_unsound_capture_is_told_with_the_report_not_in_each_process(worker, tmp_path, monkeypatch):
    write = captures.write

    def unsound(folder, identity, timing, status, reason, facts):
        write(folder, identity, timing, "unsound", "the profile holds 3 of 5 measured calls", facts)

    monkeypatch.setattr(captures, "write", unsound)
    heard = Hearing()
    with pytest.raises(CollectError, match="no capture succeeded"):
        manager.execute(Request(("tiny",), instruments=("wall",), processes=3, out=str(tmp_path)), heard)
    assert not any("measured calls" in note for note in heard.notes)
