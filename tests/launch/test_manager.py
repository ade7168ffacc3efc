"""The manager with a worker whose clock is made up: when it ends early, and what it leaves."""

import contextlib
import dataclasses
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from profiler.collect import captures
from profiler.launch import manager, matrix, preparing, resume
from profiler.launch.listener import Silent
from profiler.plan import user_model
from profiler.plan.request import Request
from profiler.protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError
from profiler.results import build
from profiler.runs import lock
from profiler.runs.store import RunStore
from tests.launch.fake_worker import OWN, Hearing, Worker, manifest_of, stopped
from tests.report.made_run import SLUG


def test_verdicts_that_stand_end_the_measuring_and_the_run_is_complete(worker, run):
    worker.ratio = 3.0
    outcome, manifest, heard = run()
    assert worker.wall == [0, 1, 2]
    assert (outcome.exit_code, manifest["status"]) == (EXIT_DONE, "complete")
    assert stopped(manifest) == {
        "after_processes": 3,
        "left_out": 2,
        "why": "every verdict stands (differs)",
        "by_time": False,
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


@pytest.mark.parametrize("options", [{"processes": 5}, {"full": True}, {"calls": 10}])
def test_a_number_that_was_asked_for_is_measured_whole(options, worker, run):
    worker.ratio = 3.0
    _, manifest, heard = run(**options)
    assert worker.wall == [0, 1, 2, 3, 4]
    assert manifest["adaptive"] == {}
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
    assert [number for instrument, number in worker.ran if instrument == "tfprofiler"] == [1]


def test_a_process_that_failed_is_no_look_and_the_next_ones_make_up_for_it(worker, run):
    worker.ratio = 3.0
    worker.breaks = {1}
    outcome, manifest, _ = run()
    assert worker.wall == [0, 1, 2, 3]
    assert stopped(manifest)["after_processes"] == 3
    assert outcome.exit_code == EXIT_PARTIAL


def test_each_environment_of_a_matrix_ends_by_its_own_verdict(worker, tmp_path, monkeypatch):
    @contextlib.contextmanager
    def in_use(release, progress):
        worker.slug = f"tf{release}-py3.11"
        yield type("Made", (), {"python": sys.executable, "notes": ()})()

    def capture(folder, part, variant):
        worker.ratio = 3.0 if part.environment.startswith("tf2.0.0") else 1.0
        worker.noise = 0.003 if part.environment.startswith("tf2.0.0") else 0.1
        Worker.capture(worker, folder, part, variant)

    monkeypatch.setattr(preparing.environments, "in_use", in_use)
    monkeypatch.setattr(worker, "capture", capture)
    request = Request(("tiny",), entry_points=("predict",), instruments=("wall",), out=str(tmp_path))
    outcome = matrix.execute(request, ("2.0.0", "2.1.0"), Silent())
    parts = [spec.measure for spec in worker.specs if spec.measure]
    taken = {
        slug: [p.process for p in parts if p.environment == slug] for slug in {p.environment for p in parts}
    }
    assert taken == {"tf2.0.0-py3.11": [0, 1, 2], "tf2.1.0-py3.11": [0, 1, 2, 3, 4]}
    manifest = manifest_of(outcome.run_path)
    assert stopped(manifest, "tf2.0.0-py3.11")["left_out"] == 2
    assert stopped(manifest, "tf2.1.0-py3.11") is None


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


def test_a_module_that_could_not_be_found_then_does_not_keep_a_run_from_going_on(
    interrupted, worker, tmp_path, monkeypatch
):
    run_path = interrupted(**OWN, model="models_of_mine:make")
    assert manifest_of(run_path)["given"]["model_sha256"] is None
    monkeypatch.setattr(user_model, "module_file", lambda *_: Path(__file__))
    assert resume.resume(run_path, {}, Silent()).exit_code == EXIT_DONE


def test_an_unsound_capture_is_told_with_the_report_not_in_each_process(worker, tmp_path, monkeypatch):
    write = captures.write

    def unsound(folder, identity, timing, recording):
        what = "the profile holds 3 of 5 measured calls"
        return write(folder, identity, timing, dataclasses.replace(recording, unsound=what))

    monkeypatch.setattr(captures, "write", unsound)
    heard = Hearing()
    with pytest.raises(CollectError, match="no capture succeeded"):
        manager.execute(Request(("tiny",), instruments=("wall",), processes=3, out=str(tmp_path)), heard)
    assert not any("measured calls" in note for note in heard.notes)


@pytest.fixture
def released(monkeypatch):
    """Environments of releases, those held now; all are this interpreter."""
    held = []

    @contextlib.contextmanager
    def in_use(release, progress):
        held.append(release)
        try:
            yield types.SimpleNamespace(python=sys.executable, notes=("made with the pins of 2.1.0",))
        finally:
            held.remove(release)

    monkeypatch.setattr(preparing.environments, "in_use", in_use)
    return held


def test_a_release_s_environment_is_held_while_it_is_measured_however_that_ends(
    worker, released, tmp_path, monkeypatch
):
    held = []

    def interrupt(*_):
        held.extend(released)
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "capture", interrupt)
    request = Request(("tiny",), instruments=("wall",), out=str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        manager.execute(request, Silent(), "2.1.4")
    assert (held, released) == (["2.1.4"], [])


def test_an_interrupted_run_of_a_release_keeps_what_is_to_be_known_of_its_environment(
    worker, released, tmp_path
):
    """The notes were written when the run had ended well, and without its lock."""
    worker.interrupts = {1}
    request = Request(("tiny",), instruments=("wall",), out=str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        manager.execute(request, Silent(), "2.1.4")
    (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
    assert f"{SLUG}: made with the pins of 2.1.0" in build.build(path).warnings


def test_a_manifest_is_written_under_the_lock_alone(worker, released, tmp_path, monkeypatch):
    """`run --tf` wrote it once more after the lock had been given back."""
    save, tried = RunStore.save, []

    def save_under_lock(store):
        with pytest.raises(CollectError, match="is measuring into it"), lock.locked(tmp_path):
            pass
        tried.append(store.manifest.status)
        save(store)

    monkeypatch.setattr(RunStore, "save", save_under_lock)
    request = Request(("tiny",), instruments=("wall",), out=str(tmp_path))
    manager.execute(request, Silent(), "2.1.4")
    assert "complete" in tried
