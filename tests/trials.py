"""Fixtures of trials that are made up, for the tests of what measures, reads and shows them."""

import pytest

from profiler.launch import advising
from profiler.launch import worker as worker_process
from profiler.plan.advising import Asked
from profiler.plan.request import Request
from tests.launch.fake_worker import Hearing
from tests.launch.made_up_trial import TrialWorker


@pytest.fixture
def trial_worker(monkeypatch):
    made = TrialWorker()
    monkeypatch.setattr(worker_process, "run", made.run)
    return made


@pytest.fixture
def trial(trial_worker, tmp_path):
    """Carry out a trial of ``tiny``; return the run's directory and what was told."""

    def carry_out(request=None, **options):
        heard = Hearing()
        asked = Request(workloads=("tiny",), budget_s=3.0, out=str(tmp_path), **(request or {}))
        return advising.execute(Asked(asked, **options), heard), heard

    return carry_out
