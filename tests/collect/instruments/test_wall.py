import numpy as np

from profiler.collect import harness
from profiler.collect.harness import Call
from profiler.collect.instruments import Recording, wall
from tests.collect.fakes import subject
from tests.collect.probes.watched import KEYS, import_watched


def test_every_call_is_timed_and_nothing_is_left_beside(tmp_path, monkeypatch):
    times = iter(range(0, 1000, 5))
    monkeypatch.setattr(harness, "clock_ns", lambda: next(times))
    made = []
    attached = wall.attach(subject(Call(made.append, (1,), {}), tmp_path))
    assert attached.take(2, 1).durations + attached.take(1, 0).durations == [5, 5, 5]
    assert made == [1] * 4
    assert attached.finish() == Recording()
    assert list(tmp_path.iterdir()) == []


def test_each_call_is_split_where_the_frame_ends(tmp_path, monkeypatch):
    watched = import_watched(tmp_path, monkeypatch)
    call = Call(watched.calls_holder, (), {})
    attached = wall.attach(subject(call, tmp_path, frames=[KEYS["holds"]]))
    attached.ready()
    timed = attached.take(3, 1)
    attached.finish()
    frames = np.load(tmp_path / "frame_ns.npy")
    assert frames.dtype == np.int64 and len(frames) == 3
    # what the frame holds is destroyed after its end, which takes most of the call
    assert all(0 < frame < duration / 2 for frame, duration in zip(frames, timed.durations, strict=True))
