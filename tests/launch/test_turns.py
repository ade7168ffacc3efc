"""Two workers in turn: real processes with the worker's own side of the pipes, without any framework.

Each notes in one shared file when it begins and ends something; the notes of both never mix, since one at a
time has the turn.
"""

import itertools
import os
import sys
import types
from pathlib import Path

import pytest

from profiler.launch import turns, worker
from profiler.launch.turns import Turning
from profiler.protocol.turns import TurnsSpec

ROOT = Path(__file__).parents[2]

# Builds, takes blocks and does the rest; {does} may end it in between.
WORKER = """
import os, signal, sys, time
sys.path.insert(0, {root!r})
from profiler.collect.parent import Parent
from profiler.collect.turns import of_worker
from profiler.protocol.turns import TurnsSpec

name = {name!r}

def note(*words):
    with open({log!r}, "a") as file:
        print(name, *words, file=file, flush=True)

note("builds")
turns = of_worker(TurnsSpec(*{pipes!r}), Parent({manager}, {folder!r}))
rounds = turns.ready({rounds})
for number in range(rounds):
    for position in range({blocks}):
        {does}
        turn = turns.block(number, position)
        note("begins", number, position, turn)
        note("ends", number, position, turn)
turns.rest()
note("rests")
waiting = turns.waiting
note("waited", waiting.turns, waiting.wait_ns > 0, waiting.cpu_ns < waiting.wait_ns)
"""
BREAKS = "if (number, position) == (1, 0): {}"


class Bench:
    """Makes workers that note what they do in one log."""

    def __init__(self, folder):
        self.folder, self.log = folder, folder / "log.txt"
        self.log.write_text("")
        self.made = []

    def job(self, name, rounds=3, blocks=2, does="pass", timeout_s=60.0, python=sys.executable):
        folder = self.folder / name
        folder.mkdir()
        pipes = TurnsSpec(str(folder / "asks"), str(folder / "answers"))
        for path in (pipes.asks, pipes.answers):
            os.mkfifo(path)
        script = WORKER.format(
            root=str(ROOT),
            name=name,
            log=str(self.log),
            pipes=(pipes.asks, pipes.answers),
            manager=os.getpid(),
            folder=str(folder / "output"),
            rounds=rounds,
            blocks=blocks,
            does=does,
        )
        where = worker.Location(folder)
        return Turning(worker.Job(python, ["-c", script], folder / "printed", timeout_s, where), pipes)

    @property
    def notes(self):
        return [tuple(line.split()) for line in self.log.read_text().splitlines()]


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def begun(notes):
    """Return each block as (name, round, place), in the order in which they began."""
    return [(note[0], int(note[2]), int(note[3])) for note in notes if note[1] == "begins"]


def test_one_at_a_time_has_the_turn_and_equal_blocks_stand_side_by_side(bench):
    ended = turns.run([bench.job("a"), bench.job("b")], seed=3)
    assert [(one.status, one.exit_code) for one in ended] == [("ok", 0), ("ok", 0)]
    notes = bench.notes
    assert {notes[0], notes[1]} == {("a", "builds"), ("b", "builds")}
    blocks = begun(notes)
    assert [place for _, *place in blocks[::2]] == [place for _, *place in blocks[1::2]]
    assert [sorted(one[0] for one in blocks[i : i + 2]) for i in range(0, 12, 2)] == [["a", "b"]] * 6
    of_blocks = [note for note in notes if note[1] in ("begins", "ends")]
    assert [note[2:] for note in of_blocks[::2]] == [note[2:] for note in of_blocks[1::2]]
    assert [int(note[4]) for note in of_blocks[::2]] == sorted(int(note[4]) for note in of_blocks[::2])
    # what follows the blocks is not done beside them
    assert [note[1] for note in notes[-4:]] == ["rests", "waited", "rests", "waited"]
    assert all(note[2:] == ("6", "True", "True") for note in notes if note[1] == "waited")


def test_the_order_is_drawn_from_the_seed(tmp_path):
    def order(number, seed):
        (tmp_path / str(number)).mkdir()
        bench = Bench(tmp_path / str(number))
        turns.run([bench.job("a", rounds=6, blocks=1), bench.job("b", rounds=6, blocks=1)], seed)
        return begun(bench.notes)

    first = order(0, 1)
    assert order(1, 1) == first
    assert len({tuple(order(number, number)) for number in range(2, 6)}) > 1
    assert {name for name, _, _ in first[::2]} == {"a", "b"}


def test_both_take_the_rounds_of_the_one_that_needs_more(bench):
    turns.run([bench.job("a", rounds=2, blocks=1), bench.job("b", rounds=5, blocks=1)], seed=1)
    assert sorted(begun(bench.notes)) == [(name, number, 0) for name in "ab" for number in range(5)]


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("raise SystemExit('no licence')", "exit code 1: no licence"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("os.write(turns._asks, b'nonsense')", "no turn that there is"),
    ],
)
def test_one_that_dies_or_talks_nonsense_fails_alone(does, reason, bench):
    broken, well = turns.run([bench.job("a", does=BREAKS.format(does)), bench.job("b")], seed=2)
    assert broken.status == "failed"
    assert reason in broken.reason
    assert (well.status, well.reason) == ("ok", None)
    assert [block for block in begun(bench.notes) if block[0] == "b"] == [
        ("b", number, place) for number in range(3) for place in range(2)
    ]


def test_one_that_keeps_its_turn_is_ended_and_the_other_goes_on(bench, monkeypatch):
    monkeypatch.setattr(worker, "LOOK_S", 0.01)
    hangs = BREAKS.format("signal.pause()")
    slow, well = turns.run([bench.job("a", does=hangs, timeout_s=0.5), bench.job("b")], seed=2)
    assert (slow.status, slow.reason) == ("timeout", "no result within 0 s")
    assert well.status == "ok"


def test_waiting_does_not_count_as_time_that_a_worker_takes(bench, monkeypatch):
    looks = itertools.count()
    monkeypatch.setattr(turns, "time", types.SimpleNamespace(monotonic=lambda: next(looks)))
    one, other = turns.run([bench.job("a"), bench.job("b")], seed=2)
    # it is looked at when a turn begins and when it ends at least: 6 blocks, the rest, and what is before
    assert min(one.seconds, other.seconds) >= 9
    assert one.seconds + other.seconds < next(looks)


def test_one_that_does_not_start_fails_alone(bench):
    broken, well = turns.run([bench.job("a", python=str(bench.folder)), bench.job("b")], seed=2)
    assert broken.status == "failed"
    assert "does not start" in broken.reason
    assert well.status == "ok"


def test_an_interrupt_ends_both(bench, monkeypatch):
    started = []
    popen = worker.subprocess.Popen

    def remember(*args, **kwargs):
        started.append(popen(*args, **kwargs))
        return started[-1]

    def interrupt(side, answer):
        raise KeyboardInterrupt

    monkeypatch.setattr(worker.subprocess, "Popen", remember)
    monkeypatch.setattr(turns._Side, "go", interrupt)
    with pytest.raises(KeyboardInterrupt):
        turns.run([bench.job("a"), bench.job("b")], seed=1)
    assert len(started) == 2
    assert all(one.poll() is not None for one in started)


def test_the_group_of_a_worker_that_has_ended_is_not_ended_again(bench, monkeypatch):
    """Its number may be that of another program's group when the other side ends."""
    groups = []
    end_group = worker._end_group
    monkeypatch.setattr(worker, "_end_group", lambda one: (groups.append(one.pid), end_group(one)))
    turns.run([bench.job("a", does=BREAKS.format("raise SystemExit(3)")), bench.job("b")], seed=1)
    assert len(groups) == len(set(groups)) == 2


def test_pipes_are_removed_afterwards(tmp_path):
    with turns.pipes_in(tmp_path) as pipes:
        assert Path(pipes.asks).is_fifo()
        assert Path(pipes.answers).is_fifo()
    assert list(tmp_path.iterdir()) == []


# A manager that holds the pipes of one worker, and is killed.
MANAGER = """
import os, subprocess, sys
folder, script, held = sys.argv[1], sys.argv[2], int(sys.argv[3])
asks = os.open(folder + "/asks", os.O_RDWR)
answers = os.open(folder + "/answers", os.O_RDWR)
worker = subprocess.Popen([sys.executable, "-c", script.replace("MANAGER", str(os.getpid()))],
                          start_new_session=True, pass_fds=[held])
os.read(asks, 100)
print("asked", flush=True)
sys.stdin.read()
"""


def test_a_worker_that_waits_for_its_turn_ends_with_its_manager(tmp_path):
    """Where the kernel tells nobody: all that is left is that the pipe's other end has gone."""
    turning = Bench(tmp_path).job("a")
    script = turning.job.arguments[1].replace(f"Parent({os.getpid()},", "Parent(MANAGER,")
    pipe, held = os.pipe()
    os.set_inheritable(held, True)
    manager = worker.subprocess.Popen(
        [sys.executable, "-c", MANAGER, str(tmp_path / "a"), script, str(held)],
        stdin=worker.subprocess.PIPE,
        stdout=worker.subprocess.PIPE,
        pass_fds=[held],
    )
    os.close(held)
    with os.fdopen(pipe, "rb") as alive, manager:
        assert manager.stdout.readline() == b"asked\n"
        manager.kill()
        # returns when nobody holds the other end: the worker has ended
        assert alive.read() == b""
