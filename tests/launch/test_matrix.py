"""A run over several environments: who is measured, what is recorded, and how it ends."""

import contextlib
import json
import re
import types

import pytest

from profiler.launch import manager, matrix
from profiler.launch.listener import Silent
from profiler.plan import processes
from profiler.plan.request import Request
from profiler.protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, KprofError, UsageError


class Hearing(Silent):
    """Keeps the labels of processes and the notes."""

    def __init__(self):
        self.notes, self.places = [], []

    def note(self, text):
        self.notes.append(text)

    def started(self, label, index, total, estimate_s):
        self.places.append((label, index, total))


class FakeManager:
    """Answers for an environment and leaves one capture entry a process."""

    status = "ok"
    breaks = None

    def __init__(self, request, listener, traces, temporary):
        assert temporary.is_dir()
        self.request, self.listener = request, listener

    def environment(self):
        name = self.request.python or "tf9.0.0-py3.11"
        if name == "broken":
            raise CollectError("broken: cannot be measured")
        return {"slug": name}

    def plan(self, environment):
        return processes.make(self.request)

    def measure(self, store, planned, slug):
        for index, process in enumerate(planned.processes):
            self.listener.started(process.label, index, len(planned.processes), 1.0)
            if self.status == "interrupt":
                raise KeyboardInterrupt
            if slug == self.breaks and index == 1:
                raise CollectError(f"{slug}: its worker cannot be started")
            store.manifest.captures.append({"environment": slug, "status": self.status})


@pytest.fixture
def made(monkeypatch):
    """Environments by release: a slug, or an error."""
    known = {"2.0.0": "tf2.0.0-py3.7", "2.1.0": "tf2.1.0-py3.7", "2.1": "tf2.1.0-py3.7", "2.2.3": "broken"}

    held = []

    @contextlib.contextmanager
    def in_use(release, progress):
        if release not in known:
            raise KprofError(f"TensorFlow {release}: no such release")
        held.append(known[release])
        yield types.SimpleNamespace(python=known[release], notes=("nearest pins",) * (release == "2.1.0"))
        held.remove(known[release])

    monkeypatch.setattr(matrix, "Manager", FakeManager)
    monkeypatch.setattr(matrix.environments, "in_use", in_use)
    monkeypatch.setattr(FakeManager, "status", "ok")
    return held


def run(tmp_path, *releases, listener=None):
    request = Request(workloads=("tiny",), instruments=("cprofile",), out=str(tmp_path))
    outcome = matrix.execute(request, releases, listener or Silent())
    return outcome, json.loads((outcome.run_path / "run.json").read_text())


def test_one_run_holds_every_environment(made, tmp_path):
    outcome, manifest = run(tmp_path, "2.0.0", "2.1.0", "installed")
    assert outcome.exit_code == EXIT_DONE
    assert list(manifest["environments"]) == ["tf2.0.0-py3.7", "tf2.1.0-py3.7", "tf9.0.0-py3.11"]
    assert manifest["releases"]["installed"] == "tf9.0.0-py3.11"
    assert [entry["environment"] for entry in manifest["variants"]] == [
        slug for slug in manifest["environments"] for _ in range(2)
    ]
    assert manifest["status"] == "complete"
    assert manifest["environments"]["tf2.1.0-py3.7"]["notes"] == ["nearest pins"]


def test_processes_are_counted_over_all_environments(made, tmp_path):
    heard = Hearing()
    run(tmp_path, "2.0.0", "2.1.0", listener=heard)
    assert [(index, total) for _, index, total in heard.places] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert heard.places[2][0].startswith("tf2.1.0-py3.7 ")


def test_a_release_that_fails_is_recorded_and_the_rest_goes_on(made, tmp_path):
    heard = Hearing()
    outcome, manifest = run(tmp_path, "9.9.9", "2.2.3", "2.0.0", listener=heard)
    assert outcome.exit_code == EXIT_PARTIAL
    assert manifest["failures"] == {
        "9.9.9": "TensorFlow 9.9.9: no such release",
        "2.2.3": "broken: cannot be measured",
    }
    assert list(manifest["environments"]) == ["tf2.0.0-py3.7"]
    assert len(heard.notes) == 2


@pytest.mark.parametrize("breaks", ["tf2.0.0-py3.7", "tf2.1.0-py3.7"])
def test_a_release_whose_measuring_fails_half_way_does_not_end_the_others(
    made, tmp_path, monkeypatch, breaks
):
    monkeypatch.setattr(FakeManager, "breaks", breaks)
    heard = Hearing()
    outcome, manifest = run(tmp_path, "2.0.0", "2.1.0", listener=heard)
    assert outcome.exit_code == EXIT_PARTIAL
    assert manifest["failures"] == {breaks[2:7]: f"{breaks}: its worker cannot be started"}
    counts = [
        sum(c["environment"] == slug for c in manifest["captures"]) for slug in manifest["environments"]
    ]
    assert sorted(counts) == [1, 2]
    assert manifest["status"] == "complete"
    assert any("cannot be started" in note for note in heard.notes)


def test_environments_are_held_while_they_are_measured_and_given_back_after(made, tmp_path, monkeypatch):
    seen = []
    measure = FakeManager.measure
    monkeypatch.setattr(
        FakeManager, "measure", lambda self, *rest: (seen.append(list(made)), measure(self, *rest))
    )
    run(tmp_path, "2.0.0", "2.1.0", "installed")
    assert all({"tf2.0.0-py3.7", "tf2.1.0-py3.7"} <= set(held) for held in seen)
    assert len(seen) == 3 and made == []


def test_two_names_of_one_environment_are_measured_once(made, tmp_path):
    _, manifest = run(tmp_path, "2.1.0", "2.1")
    assert "measured already, as 2.1.0" in manifest["failures"]["2.1"]


def test_another_environment_of_the_same_name_is_not_said_to_be_measured_already(made, tmp_path, monkeypatch):
    describe = FakeManager.environment
    monkeypatch.setattr(
        FakeManager,
        "environment",
        lambda self: describe(self) if self.request.python else {"slug": "tf2.0.0-py3.7"},
    )
    outcome, manifest = run(tmp_path, "installed", "2.0.0")
    assert outcome.exit_code == EXIT_PARTIAL
    why = manifest["failures"]["2.0.0"]
    assert "another environment than installed" in why and "`kprof run --tf 2.0.0`" in why
    assert manifest["releases"] == {"installed": "tf2.0.0-py3.7"}


def test_without_any_environment_there_is_no_run(made, tmp_path):
    with pytest.raises(CollectError, match=r"9\.9\.9: TensorFlow 9\.9\.9: no such release"):
        run(tmp_path, "9.9.9")
    assert not list(tmp_path.glob("*/run.json"))


def test_without_a_sound_capture_the_run_has_failed(made, tmp_path, monkeypatch):
    monkeypatch.setattr(FakeManager, "status", "failed")
    with pytest.raises(CollectError, match="no capture succeeded"):
        run(tmp_path, "2.0.0")


def test_an_interrupted_run_is_kept_and_says_so(made, tmp_path, monkeypatch):
    monkeypatch.setattr(FakeManager, "status", "interrupt")
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
    assert "2 releases one after another (2.0.0, 2.1.0)" in text
    assert "tiny under wall" in text


def test_a_short_plan_is_told_in_seconds():
    request = Request(workloads=("tiny",), instruments=("wall",), calls=1, processes=1)
    text = matrix.describe(request, ("2.0.0",))
    assert re.search(r"\(2\.0\.0\), about [1-9][0-9]? s in all", text)


def test_a_run_of_several_environments_is_not_resumed_as_one(made, tmp_path):
    outcome, _ = run(tmp_path, "2.0.0", "2.1.0")
    with pytest.raises(UsageError, match="several environments"):
        manager.resume(outcome.run_path, None, Silent())
