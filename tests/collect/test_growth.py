"""What grows from call to call, with calls that are made up."""

import gc
import threading

import pytest

from profiler.collect import growth
from profiler.collect.growth import AroundTimed, Collections, Meter
from profiler.collect.harness import Call
from tests.collect.fakes import MadeUp

MS = 1_000_000


class Counting(MadeUp):
    """Holds graphs: two more with each call of `trace`."""

    graphs = "graphs that are made up"

    def __init__(self):
        super().__init__()
        self.held = 5

    def live_graphs(self):
        return self.held

    def trace(self):
        self.held += 2


def read(calls, framework=None, call_ns=50 * MS, check=lambda: None):
    """Return the outcome of each call, as quick ones are read."""
    variants = [(Call(one, (), {}), call_ns) for one in calls]
    return growth.of_quick_calls(variants, framework or Counting(), 1, check)


def rates(found, field):
    return [(getattr(b.after, field) - getattr(b.before, field)) / b.calls for b in found.blocks]


def test_calls_come_in_blocks_after_one_that_settles_and_one_that_is_watched():
    made = []
    (found,) = read([lambda: made.append(1)])
    assert len(made) == 2 + 1 + 6 * 2
    assert [block.calls for block in found.growth.blocks] == [2] * 6
    assert (found.error, found.growth.timed) == (None, False)
    assert found.growth.watched.calls == 2


def test_graphs_that_stay_are_counted():
    framework = Counting()
    (found,) = read([framework.trace], framework)
    assert rates(found.growth, "graphs") == [2.0] * 6
    assert (found.growth.counted, found.growth.missing) == ("graphs that are made up", {})


def test_objects_that_stay_are_counted_and_ours_are_not():
    kept = []
    keeps, drops = read([lambda: kept.append([]), lambda: None])
    # once there is a list more for a call, the readings themselves add nothing
    assert rates(keeps.growth, "objects")[1:] == [1.0] * 5
    assert rates(drops.growth, "objects")[1:] == [0.0] * 5


def test_garbage_that_a_collection_alone_frees_is_counted():
    def circle():
        one = []
        one.append(one)

    gc.disable()
    try:
        circles, nothing = read([circle, lambda: None])
    finally:
        gc.enable()
    assert [block.freed_objects for block in circles.growth.blocks] == [2] * 6
    assert [block.freed_objects for block in nothing.growth.blocks] == [0] * 6


def test_memory_that_stays_is_read(monkeypatch):
    held = [1 << 30]
    monkeypatch.setattr(growth, "_resident_bytes", lambda: held[0])

    def keeps():
        held[0] += 1 << 20

    (found,) = read([keeps])
    assert rates(found.growth, "resident_bytes") == [1 << 20] * 6
    assert {block.freed_bytes for block in found.growth.blocks} == {0}


def test_memory_that_a_collection_gives_back_is_told(monkeypatch):
    held = [1000]
    monkeypatch.setattr(growth, "_resident_bytes", lambda: held[0])

    def collected():
        held[0] = 1000
        return 3, 7

    def keeps():
        held[0] += 50

    monkeypatch.setattr(growth, "collected", collected)
    (found,) = read([keeps])
    assert {(b.freed_bytes, b.freed_objects, b.collection_ns) for b in found.growth.blocks} == {(100, 3, 7)}
    assert rates(found.growth, "resident_bytes") == [0.0] * 6


def test_a_call_that_raises_ends_its_own_readings_alone():
    def fails():
        raise RuntimeError("out of luck")

    bad, good = read([fails, lambda: None])
    assert bad.growth is None
    assert bad.error.startswith("RuntimeError: out of luck")
    assert len(good.growth.blocks) == 6


@pytest.mark.long
def test_blocks_of_several_variants_are_shuffled_by_the_seed():
    def order(seed):
        made = []
        variants = [(Call(made.append, (number,), {}), 100 * MS) for number in range(3)]
        growth.of_quick_calls(variants, Counting(), seed, lambda: None)
        return made[6:]

    assert order(1) == order(1)
    assert len({tuple(order(1)[at : at + 3]) for at in range(0, 18, 3)}) > 1
    assert all(sorted(order(1)[at : at + 3]) == [0, 1, 2] for at in range(0, 18, 3))


def test_what_was_frozen_is_thawed_though_the_manager_has_gone():
    class GoneError(Exception):
        pass

    seen = []

    def check():
        seen.append(gc.get_freeze_count())
        if seen[-1]:
            raise GoneError

    before = gc.get_freeze_count()
    with pytest.raises(GoneError):
        read([lambda: None], check=check)
    assert seen[-1] > 0
    assert gc.get_freeze_count() == before


def test_a_system_without_proc_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(growth, "STATM", str(tmp_path / "statm"))
    monkeypatch.setattr(growth, "TASKS", str(tmp_path / "task"))
    (found,) = read([lambda: None])
    block = found.growth.blocks[0]
    assert (block.before.resident_bytes, block.before.threads, block.freed_bytes) == (None, None, None)
    assert found.growth.missing["resident_bytes"] == f"this system has no {tmp_path / 'statm'}"


def test_a_framework_that_counts_no_graphs_says_so():
    (found,) = read([lambda: None], MadeUp())
    assert found.growth.missing == {"graphs": "made_up tells no number of graphs here"}
    assert (found.growth.counted, found.growth.blocks[0].after.graphs) == (None, None)


def test_a_framework_that_fails_to_count_loses_nothing_else():
    class Fails(Counting):
        def live_graphs(self):
            raise AttributeError("moved")

    (found,) = read([lambda: None], Fails())
    assert found.growth.missing == {"graphs": "AttributeError: moved"}
    assert found.growth.blocks[0].after.objects is not None


def test_collections_are_counted_and_timed_by_generation(monkeypatch):
    now = iter([10, 13, 20, 70])
    monkeypatch.setattr(growth, "clock_ns", lambda: next(now))
    watched = Collections()
    # one that had begun before nobody knows
    watched("stop", {"generation": 1})
    for generation in (0, 2):
        watched("start", {"generation": generation})
        watched("stop", {"generation": generation})
    watched.add([100, 200])
    found = watched.facts()
    assert (found.counts, found.durations_ns) == ([1, 0, 1], [3, 0, 50])
    assert (found.calls, found.window_ns) == (2, 300)


def test_nothing_is_counted_while_it_is_switched_off():
    watched = Collections()
    with watched.counting():
        gc.collect(2)
    gc.collect(1)
    # each young generation is collected once at the end
    assert watched.counts == [1, 1, 1]
    assert watched not in gc.callbacks
    assert watched.facts() is None


@pytest.mark.long
def test_slow_calls_are_read_around_their_timed_blocks():
    framework = Counting()
    around = AroundTimed(framework)
    for _ in range(3):
        around.take("slow", 1, framework.trace)
        around.take("other", 1, lambda: None)
        around.watch("slow", lambda: [7, 8])
    found = around.outcome("slow").growth
    assert found.timed
    assert rates(found, "graphs") == [2.0] * 3
    assert (found.watched.calls, found.watched.window_ns) == (6, 45)
    other = around.outcome("other").growth
    assert (rates(other, "graphs"), other.watched) == ([0.0] * 3, None)


def test_a_block_that_raises_leaves_no_reading():
    around = AroundTimed(MadeUp())

    def fails():
        raise RuntimeError("out of luck")

    with pytest.raises(RuntimeError):
        around.take("slow", 1, fails)
    assert around.outcome("slow").growth.blocks == []


def test_resident_memory_and_threads_are_those_of_this_process():
    meter = Meter(MadeUp())
    meter.read()
    if "resident_bytes" in meter.missing:
        pytest.skip("no /proc here")
    assert meter.resident_bytes() > 1 << 20
    assert growth._threads() >= threading.active_count()
