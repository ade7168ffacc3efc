import pytest

from profiler.launch import manager, turns
from profiler.launch import worker as worker_process
from profiler.plan.request import Request
from tests.launch.fake_worker import Hearing, Worker, manifest_of


@pytest.fixture
def worker(monkeypatch):
    made = Worker()
    monkeypatch.setattr(worker_process, "run", made.run)
    monkeypatch.setattr(turns, "run", made.in_turn)
    return made


@pytest.fixture
def run(worker, tmp_path):
    """Run ``tiny`` with options; return the outcome, run.json and what was told."""

    def carry_out(**options):
        heard = Hearing()
        options = {"instruments": ("wall",), "workloads": ("tiny",), "out": str(tmp_path), **options}
        outcome = manager.execute(Request(**options), heard)
        return outcome, manifest_of(outcome.run_path), heard

    return carry_out


@pytest.fixture
def interrupted(run, worker, tmp_path):
    """Run with options until the second process, which is interrupted; return the run directory."""

    def carry_out(**options):
        worker.interrupts = {1}
        with pytest.raises(KeyboardInterrupt):
            run(**options)
        worker.interrupts = set()
        worker.ran.clear()
        (path,) = (file.parent for file in tmp_path.glob("*/run.json"))
        return path

    return carry_out
