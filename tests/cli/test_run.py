"""``kprof run --tf``: the release's environment around a run."""

import contextlib
import shutil
import types

import pytest

from profiler import environments
from profiler.cli.main import main
from profiler.launch import manager
from profiler.launch.manager import Outcome
from profiler.protocol.errors import CollectError
from profiler.results import build
from tests import reference


@pytest.fixture
def held(monkeypatch):
    """What is held now; measuring fails, having kept a copy."""
    now, seen = [], []

    @contextlib.contextmanager
    def in_use(release, progress):
        now.append(release)
        try:
            yield types.SimpleNamespace(python="/made/bin/python", notes=())
        finally:
            now.remove(release)

    def execute(request, listener):
        seen.append((request.python, list(now)))
        raise CollectError("nothing could be measured")

    monkeypatch.setattr(environments, "in_use", in_use)
    monkeypatch.setattr(manager, "execute", execute)
    return now, seen


def test_the_environment_is_held_while_it_is_measured_however_that_ends(held, capsys):
    now, seen = held
    assert main(["run", "tiny", "--tf", "2.15.1"]) == 2
    assert seen == [("/made/bin/python", ["2.15.1"])]
    assert now == []


def test_the_report_says_that_an_unlisted_release_was_made_with_the_nearest_pins(
    monkeypatch, tmp_path, capsys
):
    note = "TensorFlow 2.1.4 is not in kprof's table: made with the pins of 2.1.0"

    @contextlib.contextmanager
    def in_use(release, progress):
        yield types.SimpleNamespace(python="/made/bin/python", notes=(note,))

    path = tmp_path / "run"
    monkeypatch.setattr(environments, "in_use", in_use)
    monkeypatch.setattr(
        manager,
        "execute",
        lambda *_: Outcome(shutil.copytree(reference.FOLDER / "tf2.1.0-py3.7", path), 0),
    )
    assert main(["run", "tiny", "--tf", "2.1.4"]) == 0
    assert f"- tf2.1.0-py3.7: {note}" in capsys.readouterr().out
    assert f"tf2.1.0-py3.7: {note}" in build.build(path).warnings
