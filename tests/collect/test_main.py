"""The worker's command line, without a framework."""

import dataclasses
import json
import os
import sys

import pytest

from profiler.collect import environment, frameworks, main, measure, selftest
from profiler.protocol import errors
from profiler.protocol.errors import CollectError
from profiler.protocol.spec import CatalogueSpec, Diagnosis, MeasureSpec, ObserveSpec, Spec, WorkloadSpec
from tests.collect.fakes import MadeUp


@pytest.fixture
def carry_out(tmp_path, monkeypatch):
    """Return what carries a spec out with a framework that is made up: its exit code and its answer."""
    monkeypatch.setattr(frameworks, "load", lambda name: MadeUp())
    monkeypatch.setattr(sys, "path", list(sys.path))

    def do(**fields):
        spec = Spec(str(tmp_path / "out"), **{"workloads": [], **fields})
        path = tmp_path / "spec.json"
        path.write_text(json.dumps({"schema": "kprof.spec/1", **dataclasses.asdict(spec)}))
        code = main.main([str(path)])
        answer = tmp_path / "out" / "environment.json"
        return code, json.loads(answer.read_text()) if answer.is_file() else None

    return do


@pytest.mark.parametrize(("sound", "code"), [(True, 0), (False, 1)])
def test_the_self_test_answers_by_its_exit_code(monkeypatch, sound, code):
    monkeypatch.setattr(selftest, "is_sound", lambda: sound)
    assert main.main(["selftest"]) == code


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_anything_but_one_spec_is_bad_usage(arguments, capsys):
    assert main.main(arguments) == errors.EXIT_USAGE
    assert capsys.readouterr().err.startswith("usage: ")


def test_a_spec_with_nothing_to_measure_is_answered_with_the_environment(carry_out):
    code, answer = carry_out()
    assert (code, answer["error"], answer["diagnosis"]) == (errors.EXIT_DONE, None, None)
    assert answer["environment"]["framework"] == "made_up"


def test_the_profiler_is_tried_where_that_is_asked_for(carry_out, monkeypatch):
    monkeypatch.setattr(environment, "diagnose", lambda *_: Diagnosis([], True, None))
    assert carry_out(diagnose=True)[1]["diagnosis"] == {"devices": [], "python_events": True, "error": None}


@pytest.mark.parametrize("to_do", [None, "unset it"])
def test_a_framework_that_cannot_be_had_is_told_with_what_to_do(carry_out, monkeypatch, to_do):
    def refuse(name):
        raise CollectError("cannot be measured", f"KERAS_BACKEND={name}", to_do)

    monkeypatch.setattr(frameworks, "load", refuse)
    monkeypatch.setattr(frameworks, "wanted", lambda variables: "jax")
    code, answer = carry_out()
    assert code == errors.EXIT_USAGE
    assert (answer["error"], answer["to_do"]) == ("KERAS_BACKEND=jax: cannot be measured", to_do)
    assert answer["environment"] is None


def test_a_framework_that_cannot_be_had_measures_nothing(carry_out, monkeypatch):
    def refuse(name):
        raise CollectError("cannot be measured")

    monkeypatch.setattr(frameworks, "load", refuse)
    monkeypatch.setattr(measure, "run", lambda *_: pytest.fail("measured"))
    assert carry_out(measure=PART)[0] == errors.EXIT_USAGE


PART = MeasureSpec("here", 0, 1, [], CatalogueSpec([], ObserveSpec()))


def test_a_spec_with_a_part_to_measure_is_measured(carry_out, monkeypatch):
    asked = []
    monkeypatch.setattr(measure, "run", lambda spec, part, framework, parent: asked.append(part))
    code, answer = carry_out(measure=PART, workloads=[WorkloadSpec("tiny")])
    assert (code, answer, asked) == (errors.EXIT_DONE, None, [PART])


def test_the_users_folders_come_last_on_the_path_and_the_cores_are_pinned_first(carry_out, monkeypatch):
    seen = []
    monkeypatch.setattr(os, "sched_setaffinity", lambda pid, cores: seen.append(cores), raising=False)
    monkeypatch.setattr(frameworks, "load", lambda name: seen.append("loaded") or MadeUp())
    carry_out(path=["/folder/of/the/user"], pin=[1, 2])
    assert seen == [[1, 2], "loaded"]
    assert sys.path[-1] == "/folder/of/the/user"


def test_the_manager_is_watched_from_the_start(carry_out, monkeypatch):
    watched = []
    monkeypatch.setattr(main.Parent, "watch", lambda self: watched.append(self._pid))
    carry_out(parent=7)
    assert watched == [7]
