"""Makes the measured calls, all from one place, and times them."""

from __future__ import annotations

import time
from typing import Any, Callable, NamedTuple

from ..protocol import calls

clock_ns = time.perf_counter_ns


class Call(NamedTuple):
    """What one measured call is: ``entry(*args, **kwargs)`` returns NumPy outputs."""

    entry: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def measured_calls(call: Call, count: int, durations: list[int]) -> None:
    """Make ``count`` calls and append the duration of each, in ns.

    A duration ends after the outputs have been dropped, as in a user's loop: what predict built is
    destroyed after its frame returns, and belongs to the call.
    """
    entry, args, kwargs = call
    for _ in range(count):
        begin = clock_ns()
        entry(*args, **kwargs)
        durations.append(clock_ns() - begin)


def first_call(call: Call) -> int:
    """Make the first call and return its duration, in ns."""
    first: list[int] = []
    measured_calls(call, 1, first)
    return first[0]


def warm_up(call: Call) -> list[int]:
    """Make the warm-up calls that follow the first one and return their durations, in ns."""
    durations: list[int] = []
    measured_calls(call, 1, durations)
    measured_calls(call, calls.warm_up(durations[0]) - 1, durations)
    return durations
