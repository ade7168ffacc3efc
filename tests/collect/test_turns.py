"""The worker's side of taking turns, with pipes that a test answers beforehand."""

import os

import pytest

from profiler.collect import turns
from profiler.collect.parent import Parent
from profiler.protocol.errors import CollectError
from profiler.protocol.turns import Answer, TurnsSpec


class Watched(Parent):
    """Counts how often it was looked for."""

    def __init__(self):
        super().__init__(None, "")
        self.checks = 0

    def check(self):
        self.checks += 1


@pytest.fixture
def pipes(tmp_path):
    spec = TurnsSpec(str(tmp_path / "asks"), str(tmp_path / "answers"))
    for path in (spec.asks, spec.answers):
        os.mkfifo(path)
    ends = [os.open(path, os.O_RDWR) for path in (spec.asks, spec.answers)]
    yield spec, *ends
    for end in ends:
        os.close(end)


def test_a_worker_alone_has_every_turn_and_looks_for_its_manager():
    parent = Watched()
    alone = turns.of_worker(None, parent)
    assert alone.ready(7) == 7
    assert alone.block(0, 0) is None
    alone.rest()
    assert parent.checks == 1
    assert alone.waiting is None
    assert not alone.beside


def test_a_worker_asks_for_each_block_and_counts_its_waits(pipes):
    spec, asks, answers = pipes
    beside = turns.of_worker(spec, Watched())
    assert beside.beside
    os.write(answers, Answer(0, 9).line())
    assert beside.ready(4) == 9
    assert beside.waiting is None
    for turn in (3, 8):
        os.write(answers, Answer(turn, 9).line())
        assert beside.block(turn, 1) == turn
    os.write(answers, Answer(9, 9).line())
    beside.rest()
    assert os.read(asks, 4096) == b"ready 4 0\nblock 3 1\nblock 8 1\nrest 0 0\n"
    assert beside.waiting.turns == 2
    assert beside.waiting.wait_ns > 0
    assert beside.waiting.cpu_ns >= 0


def test_cpu_time_while_waiting_is_that_of_the_waits_between_blocks_alone(pipes, monkeypatch):
    spec, _, answers = pipes
    beside = turns.of_worker(spec, Watched())
    cpu, wall = iter([100, 107, 200, 205]), iter([1000, 1100, 2000, 2300])
    monkeypatch.setattr(turns.time, "process_time_ns", lambda: next(cpu))
    monkeypatch.setattr(turns.time, "perf_counter_ns", lambda: next(wall))
    os.write(answers, Answer(0, 1).line())
    beside.ready(1)
    for number in range(2):
        os.write(answers, Answer(number, 1).line())
        beside.block(number, 0)
    waiting = beside.waiting
    assert (waiting.turns, waiting.cpu_ns, waiting.wait_ns) == (2, 12, 400)


def test_without_a_manager_there_are_no_more_turns(tmp_path):
    spec = TurnsSpec(str(tmp_path / "asks"), str(tmp_path / "answers"))
    for path in (spec.asks, spec.answers):
        os.mkfifo(path)
    asks, answers = (os.open(path, os.O_RDWR) for path in (spec.asks, spec.answers))
    parent = Watched()
    beside = turns.of_worker(spec, parent)
    os.close(answers)
    with pytest.raises(CollectError, match="turns have ended"):
        beside.ready(1)
    assert parent.checks == 2
    os.close(asks)
