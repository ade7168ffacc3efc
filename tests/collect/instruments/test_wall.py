import gc
import itertools

import numpy as np

from profiler.collect import harness
from profiler.collect.harness import Call
from profiler.collect.instruments import Recording, wall
from profiler.collect.probes.monitoring import Returns
from profiler.collect.probes.tape import Tape
from profiler.collect.probes.watches import Watched
from tests.collect.fakes import subject
from tests.collect.probes.watched import KEYS, import_watched


def test_every_call_is_timed_and_nothing_is_left_beside(tmp_path, monkeypatch):
    times = iter(range(0, 1000, 5))
    monkeypatch.setattr(harness, "clock_ns", lambda: next(times))
    made = []
    attached = wall.attach(subject(Call(made.append, (1,), {}), tmp_path))
    assert attached.take(2, 1).durations + attached.take(1, 0).durations == [5, 5, 5]
    assert made == [1] * 4
    assert attached.finish() == Recording(collections=[0, 0, 0])
    assert list(tmp_path.iterdir()) == []


def test_collections_in_the_timed_calls_are_counted_by_generation(tmp_path):
    attached = wall.attach(subject(Call(gc.collect, (1,), {}), tmp_path))
    gc.disable()
    try:
        attached.take(2, 1)
        attached.take(1, 3)
    finally:
        gc.enable()
    assert attached.finish().collections == [0, 3, 0]


def test_each_call_is_split_where_the_frame_ends(tmp_path, monkeypatch):
    watched = import_watched(tmp_path, monkeypatch)
    now = itertools.count()
    monkeypatch.setattr(harness, "clock_ns", lambda: next(now))
    # what the frame holds is destroyed after its end, which takes most of the call
    monkeypatch.setattr(watched, "busy", lambda: [next(now) for _ in range(100)])
    made = subject(Call(watched.calls_holder, (), {}), tmp_path)
    made.watches.frames = Watched([KEYS["holds"]], Returns, lambda: Tape(64, lambda: next(now)))
    attached = wall.attach(made)
    attached.ready()
    timed = attached.take(3, 1)
    attached.finish()
    frames = np.load(tmp_path / "frame_ns.npy")
    assert frames.dtype == np.int64 and len(frames) == 3
    assert set(frames.tolist()) <= {1, 2}
    assert min(timed.durations) > 100
