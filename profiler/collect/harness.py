"""Makes the measured calls, all from one place, and times them."""

from __future__ import annotations

import sys
import time
from types import FrameType
from typing import Any, Callable, List, NamedTuple

from ..protocol import calls

clock_ns = time.perf_counter_ns


class Call(NamedTuple):
    """What one measured call is: ``entry(*args, **kwargs)`` returns NumPy outputs."""

    entry: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Timed(NamedTuple):
    """When measured calls began, and how long each took, in ns of `clock_ns`."""

    begins: List[int]
    durations: List[int]

    @classmethod
    def none(cls) -> Timed:
        """Return an empty record, to which calls are added."""
        return cls([], [])

    @property
    def between_ns(self) -> int:
        """What lies between the end of each call and the begin of the next one, all together."""
        if not self.begins:
            return 0
        return max(0, self.begins[-1] - self.begins[0] - sum(self.durations[:-1]))


def measured_calls(call: Call, count: int, timed: Timed) -> None:
    """Make ``count`` calls and append when each began and its duration.

    A duration ends after the outputs have been dropped, as in a user's loop: what predict built is
    destroyed after its frame returns, and belongs to the call.
    """
    entry, args, kwargs = call
    begins, durations = timed
    for _ in range(count):
        begin = clock_ns()
        entry(*args, **kwargs)
        durations.append(clock_ns() - begin)
        begins.append(begin)


def timed_calls(call: Call, count: int, re_warm_up: int = 0) -> Timed:
    """Make ``count`` calls with nothing attached, after ``re_warm_up`` untimed ones; return their times."""
    untimed_calls(call, re_warm_up)
    timed = Timed.none()
    measured_calls(call, count, timed)
    return timed


def untimed_calls(call: Call, count: int) -> None:
    """Make ``count`` calls from the same place and discard their durations."""
    measured_calls(call, count, Timed.none())


def observed_call(call: Call, observer: Callable[[FrameType, str, Any], None]) -> None:
    """Make one untimed call under ``sys.setprofile``; what was set before is set again."""
    previous = sys.getprofile()
    sys.setprofile(observer)
    try:
        untimed_calls(call, 1)
    finally:
        sys.setprofile(previous)


class Early(NamedTuple):
    """Calls before those that are measured: their durations, in ns, and the outputs of the last one."""

    durations: List[int]
    outputs: Any


def first_call(call: Call) -> Early:
    """Make the first call."""
    entry, args, kwargs = call
    begin = clock_ns()
    outputs = entry(*args, **kwargs)
    return Early([clock_ns() - begin], outputs)


def warm_up(call: Call) -> Early:
    """Make the warm-up calls that follow the first one."""
    found = first_call(call)
    for _ in range(calls.warm_up(found.durations[0]) - 1):
        duration, outputs = first_call(call)
        found = Early([*found.durations, *duration], outputs)
    return found
