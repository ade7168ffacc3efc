"""What a sweep says of its run as a whole."""

import pytest

from profiler.plan.rounds import Part, Round
from profiler.protocol.errors import RunError
from profiler.results.sweep import build
from tests.report import made_run


def test_sizes_of_several_rounds_stand_once_in_order():
    rounds = [Round((Part(1, ()), Part(64, ())), 3, ""), Round((Part(8, ()), Part(64, ())), 3, "")]
    assert build.sizes(rounds) == (1, 8, 64)


def test_a_run_that_is_no_sweep_is_shown_another_way(tmp_path):
    path = made_run.write(tmp_path / "run", [1.0, 2.0, 3.0])
    with pytest.raises(RunError, match="is no sweep; show it with: kprof report run"):
        build.build(path)
