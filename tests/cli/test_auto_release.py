"""``--tf auto``: what is picked, what is asked, and where nobody can be."""

import dataclasses
import sys

import click
import pytest

from profiler import environments
from profiler.cli import auto_release
from profiler.cli.main import main
from profiler.plan.request import Request
from profiler.protocol.errors import UsageError
from tests.readers.model_files.files import FOLDER

OLD = str(FOLDER / "keras-2.4.h5")


@pytest.fixture
def choice(monkeypatch, tmp_path):
    """Return the choice for a file of Keras 2.4, with no environment made yet."""
    monkeypatch.setenv("KPROF_CACHE", str(tmp_path))
    return auto_release.pick(Request(model=OLD))


@pytest.fixture
def terminal(monkeypatch):
    """Return what puts a terminal there, where a person answers."""

    def put(answer):
        for stream in ("stdin", "stderr"):
            monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True, raising=False)
        asked = []
        monkeypatch.setattr(click, "confirm", lambda text, err: asked.append(text) or answer)
        return asked

    return put


@pytest.mark.parametrize("model", [None, "models:make"])
def test_without_a_model_file_there_is_nothing_to_pick_by(model):
    with pytest.raises(UsageError, match="--tf auto: picks a release by what a model file says"):
        auto_release.pick(Request(model=model))


def test_a_person_is_told_how_much_is_fetched_and_asked(choice, terminal):
    asked = terminal(True)
    auto_release.require_consent(choice, is_agreed=False)
    (question,) = asked
    assert f"about {choice.release.download_mb} MB will be fetched" in question


def test_an_answer_of_no_fetches_nothing(choice, terminal):
    terminal(False)
    with pytest.raises(UsageError, match=r"nothing was fetched for TensorFlow 2\.15\.1"):
        auto_release.require_consent(choice, is_agreed=False)


def test_where_nobody_can_be_asked_yes_is_asked_for_in_one_line(choice):
    with pytest.raises(
        UsageError, match=r"about \d+ MB will be fetched .* and nobody can be asked; give --yes"
    ):
        auto_release.require_consent(choice, is_agreed=False)
    auto_release.require_consent(choice, is_agreed=True)


def test_nothing_is_asked_where_the_environment_exists(choice, monkeypatch, terminal):
    asked = terminal(False)
    monkeypatch.setattr(environments, "made", lambda release: "there")
    auto_release.require_consent(choice, is_agreed=False)
    assert asked == []
    assert auto_release.fetching(choice) is None


def test_a_size_that_nobody_has_measured_is_not_made_up(choice):
    unknown = dataclasses.replace(choice.release, download_mb=None)
    told = auto_release.fetching(dataclasses.replace(choice, release=unknown))
    assert "an unknown amount" in told


def test_the_command_ends_with_a_line_and_2_where_nobody_can_be_asked(choice, capsys):
    assert main(["run", "--model", OLD, "--tf", "auto"]) == 2
    told = capsys.readouterr().err
    assert "Keras 2.4.0 wrote it: measured with TensorFlow 2.15.1" in told
    assert told.splitlines()[-1].endswith("give --yes")


def test_a_dry_run_says_what_would_be_picked_and_fetched(choice, capsys):
    assert main(["run", "--model", OLD, "--tf", "auto", "--dry-run"]) == 0
    captured = capsys.readouterr()
    assert "measured with TensorFlow 2.15.1" in captured.err
    assert "MB will be fetched" in captured.err
    assert captured.out.startswith("Plan: ")
