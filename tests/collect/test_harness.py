import pytest

from profiler.collect import harness
from profiler.collect.harness import Call, Timed
from profiler.protocol.switching import SLOW_CALL_NS


class FakeClock:
    """A clock that moves only when something says how long it took."""

    def __init__(self, monkeypatch):
        self.now_ns = 0
        monkeypatch.setattr(harness, "clock_ns", lambda: self.now_ns)

    def take(self, duration_ns):
        self.now_ns += duration_ns


@pytest.fixture
def clock(monkeypatch):
    return FakeClock(monkeypatch)


def test_durations_are_those_of_the_calls(clock):
    steps = iter([5, 7, 11])
    timed = Timed.none()
    harness.measured_calls(Call(lambda: clock.take(next(steps)), (), {}), 3, timed)
    assert timed == Timed([0, 5, 12], [5, 7, 11])


@pytest.mark.parametrize(
    ("timed", "between_ns"),
    [
        (Timed.none(), 0),
        (Timed([3], [5]), 0),
        (Timed([0, 6, 20], [5, 7, 11]), 1 + 7),
        (Timed([0, 0], [5, 5]), 0),
    ],
)
def test_what_lies_between_calls_is_neither_of_them(timed, between_ns):
    """The last has a clock that stepped back."""
    assert timed.between_ns == between_ns


def test_destroying_what_a_call_returned_belongs_to_the_call(clock):
    class Output:
        def __del__(self):
            clock.take(100)

    timed = Timed.none()
    harness.measured_calls(Call(Output, (), {}), 2, timed)
    assert timed.durations == [100, 100]


def test_arguments_reach_the_entry_point(clock):
    got = []
    call = Call(lambda *a, **k: got.append((a, k)), (1,), {"verbose": 0})
    harness.untimed_calls(call, 1)
    assert got == [((1,), {"verbose": 0})]


def test_the_first_call_is_timed_apart_from_the_warm_up(clock):
    steps = iter([900, 3, 2, 1])

    def entry():
        step = next(steps)
        clock.take(step)
        return f"outputs of {step}"

    call = Call(entry, (), {})
    assert harness.first_call(call) == ([900], "outputs of 900")
    assert harness.warm_up(call) == ([3, 2, 1], "outputs of 1")


def test_a_slow_call_is_warmed_up_once(clock):
    slow = SLOW_CALL_NS + 1
    assert harness.warm_up(Call(lambda: clock.take(slow), (), {})).durations == [slow]
