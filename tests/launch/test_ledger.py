import dataclasses

import pytest

from profiler.launch import ledger
from profiler.plan.request import Request
from profiler.protocol.spec import GivenModel
from profiler.runs.manifest import RunManifest
from profiler.runs.store import RunStore

MANIFEST = RunManifest(
    "2026-11-26", "running", "c/1", 0.05, {}, [], [], run="a", request=Request(python="/bin/python"), seed=7
)


def test_a_run_that_was_noted_is_known_and_no_other(tmp_path):
    ledger.record(RunStore(tmp_path, MANIFEST))
    assert ledger.knows(MANIFEST)
    assert ledger.knows(dataclasses.replace(MANIFEST, status="interrupted"))


@pytest.mark.parametrize(
    "changes",
    [
        {"run": "b"},
        {"request": Request(python="/tmp/python")},
        {"given": GivenModel("/tmp")},
        {"created": "2026-11-27"},
    ],
)
def test_a_run_that_would_execute_something_else_is_not_known(tmp_path, changes):
    ledger.record(RunStore(tmp_path, MANIFEST))
    assert not ledger.knows(dataclasses.replace(MANIFEST, **changes))


def test_without_a_ledger_no_run_is_known():
    assert not ledger.knows(MANIFEST)


def test_a_ledger_that_cannot_be_written_ends_no_run(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    ledger.record(RunStore(tmp_path, MANIFEST))
    assert not ledger.knows(MANIFEST)


def test_without_a_home_no_run_is_known_and_none_fails(tmp_path, monkeypatch):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr(ledger.Path, "home", nowhere)
    ledger.record(RunStore(tmp_path, MANIFEST))
    assert not ledger.knows(MANIFEST)


def test_a_name_with_a_line_end_forges_no_line(tmp_path):
    forged = dataclasses.replace(MANIFEST, run=f"x\n{ledger._line(MANIFEST)}")
    ledger.record(RunStore(tmp_path, forged))
    assert not ledger.knows(MANIFEST)


def test_a_run_is_known_again_as_it_comes_back_from_the_disk(tmp_path):
    ledger.record(RunStore(tmp_path, dataclasses.replace(MANIFEST, request=Request(budget_s=2))))
    assert ledger.knows(dataclasses.replace(MANIFEST, request=Request(budget_s=2.0)))
