"""A proof from request to verdict, with a worker that is made up."""

import dataclasses
import json
from pathlib import Path

import pytest

from profiler.launch import proofs, proving, worker
from profiler.launch.listener import Silent
from profiler.launch.proving import Asked
from profiler.plan.request import Request
from profiler.protocol import files, schemas
from profiler.protocol.decoding import decode
from profiler.protocol.errors import CollectError, UsageError
from profiler.protocol.inspection import Inspection
from profiler.protocol.proving import Proving
from profiler.protocol.spec import Answer, EnvironmentFacts, Spec, WorkerExit, WorkloadFacts
from profiler.results.proving import document
from profiler.results.proving.document import OPEN, WITHIN, Check
from tests.results.proving.made_up import evidence

REQUEST = Request(workloads=("tiny",), compile_states=("compiled",), entry_points=("predict",))
FACTS = EnvironmentFacts("2.21.0", "3.15.1", slug="e", workloads={"tiny": WorkloadFacts(call_ns=50_000_000)})


class Worker:
    """Answers what it is asked, and leaves the blocks of a proof whose captures are missing."""

    def __init__(self):
        self.asked = []
        self.silent = ()

    def run(self, python, arguments, output, timeout_s, where):
        spec = decode(Spec, json.loads(Path(arguments[1]).read_text()))
        folder = output.parent if spec.prove else output.parent / "environment"
        folder.mkdir(exist_ok=True)
        if spec.prove is None:
            self._write(folder, files.ENVIRONMENT_FILE, schemas.ENVIRONMENT, Answer(None, FACTS))
            return WorkerExit("ok", None, 1.0, 0)
        self.asked.append(spec.prove)
        if spec.prove.instrument in self.silent:
            return WorkerExit("failed", "killed by signal 9", 1.0, -9)
        made = evidence({}, instrument=spec.prove.instrument).proving
        self._write(folder, files.PROVING_FILE, schemas.PROVING, Proving(made.slowed, {}, made.blocks))
        self._write(folder, files.INSPECT_FILE, schemas.INSPECT, Inspection({}))
        return WorkerExit("ok", None, 1.0, 0)

    @staticmethod
    def _write(folder, name, schema, value):
        (folder / name).write_text(json.dumps({"schema": schema, **dataclasses.asdict(value)}))


@pytest.fixture
def made(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    found = Worker()
    monkeypatch.setattr(worker, "run", found.run)
    return found


def test_each_instrument_that_gives_shares_is_tried_in_a_process_of_its_own(made):
    proving.validate(Asked(REQUEST), Silent())
    assert (
        [one.instrument for one in made.asked]
        == list(proving.PROVABLE)
        == ["probes", "cprofile", "tfprofiler"]
    )
    assert {one.variant.id for one in made.asked} == {"tiny/compiled/predict/b32"}
    assert len({one.seed for one in made.asked}) == 3


def test_captures_that_are_missing_prove_nothing(made):
    found = proving.validate(Asked(REQUEST), Silent())
    assert {one.status for one in found.instruments} == {"failed"}
    assert proofs.known(FACTS) == {}


def test_a_worker_that_dies_fails_its_instrument_alone(made):
    made.silent = ("cprofile",)
    found = proving.validate(Asked(REQUEST), Silent())
    reasons = {one.instrument: one.reason for one in found.instruments}
    assert reasons["cprofile"] == "killed by signal 9"
    assert "killed" not in str(reasons["probes"])


def test_nothing_that_could_be_tried_is_an_error(made):
    made.silent = proving.PROVABLE
    with pytest.raises(CollectError, match="killed by signal 9"):
        proving.validate(Asked(REQUEST), Silent())


@pytest.mark.parametrize(
    ("needed", "calls", "asked"), [(4, None, 1), (8, None, 2), (99, None, 3), (99, 40, 1)]
)
def test_an_instrument_is_tried_again_until_it_is_told_from_its_bound(
    needed, calls, asked, made, monkeypatch
):
    def judged(evidence, reference):
        verdict = WITHIN if len({one.block.round for one in evidence.seen}) >= needed else OPEN
        check = Check("data_adapter", "data_adapter", 10.0, 0.0, 0.5, 0.5, 0.0, (0.0, 0.0), verdict)
        return document.Tested(evidence.instrument, "ok", None, 0.02, (check,))

    monkeypatch.setattr(proving.shares, "read", lambda *_: evidence({}, rounds=4))
    monkeypatch.setattr(proving.judging, "tested", judged)
    request = dataclasses.replace(REQUEST, instruments=("probes",))
    found = proving.validate(Asked(request, calls=calls), Silent())
    assert len(made.asked) == asked == found.same_twice.processes
    assert len({one.process for one in made.asked}) == len({one.seed for one in made.asked}) == asked


def test_internals_and_calls_reach_the_worker(made):
    request = dataclasses.replace(REQUEST, instruments=("probes",))
    proving.validate(Asked(request, ("execute",), 40), Silent())
    (asked,) = made.asked
    assert (asked.internals, asked.calls) == (["execute"], 40)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Asked(dataclasses.replace(REQUEST, instruments=("wall",))), "gives no shares to prove"),
        (Asked(REQUEST, ("exekute",)), "execute"),
        (Asked(dataclasses.replace(REQUEST, compile_states=())), "one variant is proven at a time"),
    ],
)
def test_what_cannot_be_proven_is_refused_before_anything_starts(asked, told, made):
    with pytest.raises(UsageError, match=told):
        proving.dry_run(asked)
    assert made.asked == []


def test_the_plan_names_what_is_slowed_and_takes_longer_with_more_calls():
    few, many = (Asked(REQUEST, ("execute",), calls) for calls in (20, 200))
    assert "slows execute, one at a time, by 20% of a call" in proving.dry_run(few)
    cost = proving.built_in("tiny")
    assert proving.estimate(few, cost) < proving.estimate(many, cost)
