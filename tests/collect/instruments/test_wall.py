from profiler.collect import harness
from profiler.collect.harness import Call
from profiler.collect.instruments import Recording, wall
from tests.collect.fakes import MadeUp


def test_every_call_is_timed_and_nothing_is_left_beside(tmp_path, monkeypatch):
    times = iter(range(0, 1000, 5))
    monkeypatch.setattr(harness, "clock_ns", lambda: next(times))
    made = []
    attached = wall.attach(Call(made.append, (1,), {}), str(tmp_path), MadeUp())
    assert attached.take(2) + attached.take(1) == [5, 5, 5]
    assert made == [1, 1, 1]
    assert attached.finish() == Recording()
    assert list(tmp_path.iterdir()) == []
