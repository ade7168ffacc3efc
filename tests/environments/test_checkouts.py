"""Git checkouts, with real repositories."""

import subprocess

import pytest

from profiler.environments import checkouts
from profiler.protocol.errors import UsageError
from tests.environments.made_checkout import commit, git, made


def test_a_file_s_checkout_is_found_from_below(tmp_path):
    top = made(tmp_path / "mine", {"pkg/model.py": "1"})
    assert checkouts.holding(top / "pkg" / "model.py").top == top.resolve()
    assert checkouts.holding(top / "pkg").top == top.resolve()
    (tmp_path / "other").mkdir()
    assert checkouts.holding(tmp_path / "other") is None


def test_a_revision_is_a_commit_or_nothing(tmp_path):
    top = made(tmp_path / "mine", {"model.py": "1"})
    first = commit(top)
    second = commit(top, {"model.py": "2"})
    git(top, "tag", "v1", first)
    checkout = checkouts.holding(top)
    assert (checkout.commit("v1"), checkout.commit("HEAD"), checkout.commit("HEAD~1")) == (
        first,
        second,
        first,
    )
    for nothing in ("v2", "", "-v1", "--all", "v1:model.py"):
        assert checkout.commit(nothing) is None


def test_a_revision_lies_in_a_worktree_until_the_block_ends(tmp_path):
    top = made(tmp_path / "mine", {"model.py": "1"})
    first = commit(top)
    commit(top, {"model.py": "2"})
    with checkouts.holding(top).at(first, tmp_path / "tree") as tree:
        assert (tree / "model.py").read_text() == "1"
        assert (top / "model.py").read_text() == "2"
        (tree / "left.txt").write_text("by the model's code")
    assert not (tmp_path / "tree").exists()
    assert git(top, "worktree", "list").count("\n") == 1
    assert git(top, "status", "--porcelain") == ""


def test_an_interrupt_leaves_no_worktree(tmp_path):
    top = made(tmp_path / "mine", {"model.py": "1"})

    def measure():
        with checkouts.holding(top).at(commit(top), tmp_path / "tree"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure()
    assert not (tmp_path / "tree").exists()
    assert git(top, "worktree", "list").count("\n") == 1


def test_no_hook_of_the_repository_runs(tmp_path):
    top = made(tmp_path / "mine", {"model.py": "1"})
    hook = top / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    with checkouts.holding(top).at(commit(top), tmp_path / "tree"):
        pass
    assert not (tmp_path / "ran").exists()


def test_a_folder_that_cannot_be_had_is_one_line(tmp_path):
    top = made(tmp_path / "mine", {"model.py": "1"})
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_text("")

    def measure():
        with checkouts.holding(top).at(commit(top), tmp_path / "tree"):
            pass

    with pytest.raises(UsageError, match=r"cannot be checked out: .*already exists"):
        measure()


def test_the_variables_of_a_hook_lead_to_no_other_repository(tmp_path, monkeypatch):
    """In a hook git sets GIT_DIR, and every command looked into that repository."""
    top = made(tmp_path / "mine", {"model.py": "1"})
    other = made(tmp_path / "other", {"model.py": "other"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert checkouts.holding(top / "model.py").top == top.resolve()


def test_without_git_a_revision_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(
        checkouts.subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError("git"))
    )
    with pytest.raises(UsageError, match="needs git, which is not installed; install it"):
        checkouts.holding(tmp_path)


def test_a_refusal_of_git_is_told(tmp_path, monkeypatch):
    refused = subprocess.CompletedProcess([], 128, "", "fatal: detected dubious ownership in repository\n")
    monkeypatch.setattr(checkouts.subprocess, "run", lambda *_, **__: refused)
    with pytest.raises(UsageError, match="dubious ownership"):
        checkouts.holding(tmp_path)
