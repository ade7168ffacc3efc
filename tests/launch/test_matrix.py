"""A run over several environments: who is measured, what is recorded, and how it ends."""

import contextlib
import errno
import json
import os
import re
import types
from pathlib import Path

import pytest

from profiler.launch import manager, matrix, preparing, resume
from profiler.launch.listener import Silent
from profiler.plan.request import Request
from profiler.protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, KprofError, UsageError
from profiler.runs import record
from tests.launch.fake_worker import Hearing, manifest_of

KNOWN = {"2.0.0": "tf2.0.0-py3.7", "2.1.0": "tf2.1.0-py3.7", "2.1": "tf2.1.0-py3.7", "2.2.3": "broken"}


@pytest.fixture
def made(monkeypatch, worker):
    """Environments by release, those held now; an interpreter is named for its environment here."""
    held = []
    worker.slugs = {slug: slug for slug in KNOWN.values()}
    worker.slug = "tf9.0.0-py3.11"
    answer = worker.run

    @contextlib.contextmanager
    def in_use(release, progress):
        if release not in KNOWN:
            raise KprofError(f"TensorFlow {release}: no such release")
        held.append(KNOWN[release])
        yield types.SimpleNamespace(python=KNOWN[release], notes=("nearest pins",) * (release == "2.1.0"))
        held.remove(KNOWN[release])

    def run(python, *rest):
        if python == "broken":
            raise CollectError("cannot be measured", python)
        return answer(python, *rest)

    monkeypatch.setattr(preparing.worker, "run", run)
    monkeypatch.setattr(preparing.environments, "in_use", in_use)
    monkeypatch.setattr(preparing.user_model, "interpreter", lambda python: python)
    return held


def run(tmp_path, *releases, listener=None):
    request = Request(workloads=("tiny",), instruments=("wall",), processes=2, out=str(tmp_path))
    outcome = matrix.execute(request, releases, listener or Silent())
    return outcome, json.loads((outcome.run_path / "run.json").read_text())


def test_one_run_holds_every_environment(made, tmp_path):
    outcome, manifest = run(tmp_path, "2.0.0", "2.1.0", "installed")
    assert outcome.exit_code == EXIT_DONE
    assert list(manifest["environments"]) == ["tf2.0.0-py3.7", "tf2.1.0-py3.7", "tf9.0.0-py3.11"]
    assert manifest["releases"]["installed"] == "tf9.0.0-py3.11"
    counts = [
        sum(entry["environment"] == slug for entry in manifest["variants"])
        for slug in manifest["environments"]
    ]
    assert counts == [5, 5, 5]
    assert manifest["status"] == "complete"
    assert manifest["environments"]["tf2.1.0-py3.7"]["notes"] == ["nearest pins"]


@pytest.mark.parametrize("release", ["2.0/1", "..", "/tmp/made-here"])
def test_a_release_that_is_a_path_makes_no_folder(release, made, tmp_path):
    outcome, manifest = run(tmp_path, "2.0.0", release)
    assert outcome.exit_code == EXIT_PARTIAL
    assert "no such release" in manifest["failures"][release]
    assert not Path("/tmp/made-here").exists()


def test_processes_are_counted_over_all_environments(made, tmp_path):
    heard = Hearing()
    run(tmp_path, "2.0.0", "2.1.0", listener=heard)
    assert [(index, total) for _, index, total in heard.places] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    slugs = {"tf2.0.0-py3.7", "tf2.1.0-py3.7"}
    for first, second in (heard.places[:2], heard.places[2:]):
        assert {label.partition(" ")[0] for label, _, _ in (first, second)} == slugs


def order_of(path):
    return [(entry["environment"], entry["process"]) for entry in manifest_of(path)["captures"]]


def test_environments_are_taken_in_rounds_each_in_an_order_of_its_own(made, worker, tmp_path, monkeypatch):
    """One after another, each had the machine of another hour."""
    slugs = ["tf2.0.0-py3.7", "tf2.1.0-py3.7", "tf9.0.0-py3.11"]
    orders = set()
    for seed in range(8):
        monkeypatch.setattr(manager.secrets, "randbits", lambda bits, seed=seed: seed)
        outcome, manifest = run(tmp_path / str(seed), "2.0.0", "2.1.0", "installed")
        taken = list(dict.fromkeys(order_of(outcome.run_path)))
        rounds = [taken[:3], taken[3:]]
        assert [sorted(slug for slug, _ in one) for one in rounds] == [slugs, slugs]
        assert [{number for _, number in one} for one in rounds] == [{0}, {1}]
        assert manifest["seed"] == seed
        assert [label.partition(" ")[0] for label in manifest["order"]] == [slug for slug, _ in taken]
        orders.update(tuple(slug for slug, _ in one) for one in rounds)
    assert len(orders) > 3


def test_a_release_that_fails_is_recorded_and_the_rest_goes_on(made, tmp_path):
    heard = Hearing()
    outcome, manifest = run(tmp_path, "9.9.9", "2.2.3", "2.0.0", listener=heard)
    assert outcome.exit_code == EXIT_PARTIAL
    assert manifest["failures"] == {
        "9.9.9": "TensorFlow 9.9.9: no such release",
        "2.2.3": "broken: cannot be measured",
    }
    assert list(manifest["environments"]) == ["tf2.0.0-py3.7"]
    assert any("9.9.9: TensorFlow 9.9.9: no such release" in note for note in heard.notes)
    assert "exit code 3: 2 environments could not be measured (9.9.9, 2.2.3)" in heard.notes[-1]


@pytest.mark.parametrize("breaks", ["tf2.0.0-py3.7", "tf2.1.0-py3.7"])
def test_a_release_whose_measuring_fails_half_way_does_not_end_the_others(
    made, worker, tmp_path, monkeypatch, breaks
):
    answer = preparing.worker.run

    def run_until_the_second(python, *rest):
        if python == breaks and breaks in [spec.measure.environment for spec in worker.specs if spec.measure]:
            raise CollectError("its worker cannot be started", python)
        return answer(python, *rest)

    monkeypatch.setattr(preparing.worker, "run", run_until_the_second)
    heard = Hearing()
    outcome, manifest = run(tmp_path, "2.0.0", "2.1.0", listener=heard)
    assert outcome.exit_code == EXIT_PARTIAL
    assert manifest["failures"] == {breaks[2:7]: f"{breaks}: its worker cannot be started"}
    counts = [
        sum(c["environment"] == slug for c in manifest["captures"]) for slug in manifest["environments"]
    ]
    assert sorted(counts) == [5, 10]
    assert manifest["status"] == "complete"
    assert any("cannot be started" in note for note in heard.notes)


def test_environments_are_held_while_they_are_measured_and_given_back_after(
    made, worker, tmp_path, monkeypatch
):
    seen = []
    capture = worker.capture
    monkeypatch.setattr(worker, "capture", lambda *rest: (seen.append(list(made)), capture(*rest)))
    run(tmp_path, "2.0.0", "2.1.0", "installed")
    assert seen and made == []
    assert all({"tf2.0.0-py3.7", "tf2.1.0-py3.7"} <= set(held) for held in seen)


def test_the_first_manifest_holds_every_environment_and_variant(made, worker, tmp_path):
    """A kill before the first capture left a run with one environment's variants, which could not be read."""
    worker.interrupts = {0}
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "2.0.0", "2.1.0")
    (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
    read = record.read(path)
    assert {slug for slug, _ in read.variants} == {"tf2.0.0-py3.7", "tf2.1.0-py3.7"}
    assert read.manifest.releases == {"2.0.0": "tf2.0.0-py3.7", "2.1.0": "tf2.1.0-py3.7"}


def test_a_full_disk_is_one_line_here_too(made, tmp_path, monkeypatch):
    """It was an internal error."""

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(preparing.worker, "build_zip", full)
    with pytest.raises(CollectError, match=r"cannot be written .*free some space"):
        run(tmp_path, "2.0.0")


def test_two_names_of_one_environment_are_measured_once(made, tmp_path):
    _, manifest = run(tmp_path, "2.1.0", "2.1")
    assert "measured already, as 2.1.0" in manifest["failures"]["2.1"]


def test_another_environment_of_the_same_name_is_not_said_to_be_measured_already(made, worker, tmp_path):
    worker.slug = "tf2.0.0-py3.7"
    outcome, manifest = run(tmp_path, "installed", "2.0.0")
    assert outcome.exit_code == EXIT_PARTIAL
    why = manifest["failures"]["2.0.0"]
    assert "another environment than installed" in why and "`kprof run --tf 2.0.0`" in why
    assert manifest["releases"] == {"installed": "tf2.0.0-py3.7"}


def test_without_any_environment_there_is_no_run(made, tmp_path):
    with pytest.raises(CollectError, match=r"9\.9\.9: TensorFlow 9\.9\.9: no such release"):
        run(tmp_path, "9.9.9")
    assert not list(tmp_path.glob("*/run.json"))


def test_without_a_sound_capture_the_run_has_failed(made, worker, tmp_path):
    worker.breaks = {0, 1}
    with pytest.raises(CollectError, match="no capture succeeded"):
        run(tmp_path, "2.0.0")


def test_an_interrupted_run_is_kept_and_says_so(made, worker, tmp_path):
    worker.interrupts = {0}
    heard = Hearing()
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "2.0.0", listener=heard)
    (path,) = tmp_path.glob("*/run.json")
    assert json.loads(path.read_text())["status"] == "interrupted"
    assert str(path.parent) in heard.notes[-1]


@pytest.mark.parametrize("releases", [(), ("2.0.0", "2.0.0")])
def test_no_release_or_one_named_twice_is_refused(made, tmp_path, releases):
    with pytest.raises(UsageError):
        run(tmp_path, *releases)


def test_the_plan_names_the_releases_and_their_time_together():
    text = matrix.describe(Request(workloads=("tiny",)), ("2.0.0", "2.1.0"))
    assert "2 releases in shuffled rounds (2.0.0, 2.1.0)" in text
    assert "tiny under wall" in text


def test_the_plan_of_one_release_is_told_of_one():
    text = matrix.describe(Request(workloads=("tiny",)), ["2.0.0"])
    assert text.startswith("1 release (2.0.0), about ")
    assert "where its environment exists:\nPlan: " in text


def test_a_short_plan_is_told_in_seconds():
    request = Request(workloads=("tiny",), instruments=("wall",), calls=1, processes=1)
    text = matrix.describe(request, ("2.0.0",))
    assert re.search(r"\(2\.0\.0\), about [1-9][0-9]? s where", text)


def test_a_run_of_several_environments_is_not_resumed_as_one(made, tmp_path):
    outcome, _ = run(tmp_path, "2.0.0", "2.1.0")
    with pytest.raises(UsageError, match="several environments"):
        resume.resume(outcome.run_path, {}, Silent())
