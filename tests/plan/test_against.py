"""What a text names that a run is measured against."""

import os

import pytest

from profiler.plan import against
from profiler.plan.request import Request
from profiler.protocol.errors import OptionError, UsageError
from tests.environments.made_checkout import commit, git, made

TINY = Request(("tiny",))


@pytest.fixture
def mine(tmp_path):
    """A checkout with a factory, an interpreter and a model's file in it."""
    top = made(tmp_path / "mine", {"nets.py": "def make(): ...", "old.keras": "", "bin/python3": ""})
    (top / "bin" / "python3").chmod(0o755)
    return top


FACTORY = Request(model="nets:make")


def named(spec, request, folder):
    found = against.find(spec, request, folder)
    return found.kind, found.value


@pytest.mark.parametrize("spec", ["python:bin/python3", "bin/python3"])
def test_an_interpreter_by_its_path(spec, mine):
    assert named(spec, TINY, mine) == ("python", str(mine / "bin" / "python3"))


@pytest.mark.parametrize("spec", ["python:python3.77", "python3.77"])
def test_an_interpreter_on_the_path(spec, mine, monkeypatch):
    (mine / "bin" / "python3").rename(mine / "bin" / "python3.77")
    monkeypatch.setenv("PATH", str(mine / "bin"), prepend=os.pathsep)
    assert named(spec, TINY, mine) == ("python", str(mine / "bin" / "python3.77"))


@pytest.mark.parametrize(
    ("spec", "value"), [("tf:2.15", "2.15"), ("2.15.1", "2.15.1"), ("2.21.0rc1", "2.21.0rc1")]
)
def test_a_release(spec, value, mine):
    assert named(spec, TINY, mine) == ("tf", value)


def test_a_revision_of_the_factory_s_checkout(mine):
    first = commit(mine)
    commit(mine, {"nets.py": "def make(): return 2"})
    git(mine, "tag", "release/1", first)
    for spec in ("git:release/1", "release/1", "HEAD~1", f"git:{first[:10]}"):
        found = against.find(spec, FACTORY, mine)
        assert (found.kind, found.commit) == ("git", first)
        assert found.checkout.top == mine.resolve()
    assert str(against.find("release/1", FACTORY, mine)) == "git:release/1"


def test_another_model_by_its_file_or_its_factory(mine):
    assert named("old.keras", FACTORY, mine) == ("model", str(mine / "old.keras"))
    assert named("./old.keras", FACTORY, mine) == ("model", str(mine / "old.keras"))
    assert named("nets:other", FACTORY, mine) == ("model", "nets:other")
    assert str(against.find("nets:other", FACTORY, mine)) == "nets:other"


def test_what_may_be_two_things_is_refused_with_both(mine):
    (mine / "main").write_text("")
    with pytest.raises(OptionError) as refused:
        against.find("main", FACTORY, mine)
    assert str(refused.value) == "against=main: is a git revision and a model; say which: git:main or ./main"
    assert named("git:main", FACTORY, mine)[0] == "git"
    assert named("./main", FACTORY, mine) == ("model", str(mine / "main"))


def test_without_git_what_is_no_revision_is_found_all_the_same(mine, monkeypatch):
    monkeypatch.setenv("PATH", str(mine))
    assert named("2.15.1", FACTORY, mine) == ("tf", "2.15.1")
    with pytest.raises(UsageError, match="needs git, which is not installed"):
        against.find("git:main", FACTORY, mine)


def test_what_names_nothing_is_refused_with_the_choices(mine):
    with pytest.raises(OptionError, match="give python:PATH, tf:RELEASE, git:REVISION, or a model"):
        against.find("nothing", TINY, mine)


@pytest.mark.parametrize(
    ("spec", "request_", "reason"),
    [
        ("python:nowhere/python", TINY, "no such interpreter"),
        ("git:main", TINY, "only a model that code makes has revisions"),
        ("git:main", Request(model="/old.keras"), "only a model that code makes has revisions"),
        ("git:nowhere", FACTORY, "no such revision"),
        ("git:main", Request(model="elsewhere:make"), "lies neither in this folder nor on PYTHONPATH"),
        ("old.keras", TINY, "is a model, and needs one of your own beside it"),
    ],
)
def test_what_cannot_be_measured_against_is_refused_in_one_line(spec, request_, reason, mine):
    with pytest.raises(OptionError, match=reason):
        against.find(spec, request_, mine)


def test_a_factory_outside_of_a_checkout_has_no_revisions(tmp_path):
    (tmp_path / "nets.py").write_text("")
    with pytest.raises(OptionError, match="nets lies in no git checkout"):
        against.find("git:main", FACTORY, tmp_path)


@pytest.mark.parametrize("spec", ["tf:latest", "tf:1.15"])
def test_a_release_that_cannot_be_is_refused(spec, tmp_path):
    with pytest.raises(UsageError):
        against.find(spec, TINY, tmp_path)


def test_a_model_s_file_that_may_be_executed_is_no_interpreter(mine):
    (mine / "old.keras").chmod(0o755)
    assert named("old.keras", FACTORY, mine)[0] == "model"
