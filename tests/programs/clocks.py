"""Two ways to spend time: on a clock that is made up, and by waiting busily on the real one."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import NamedTuple


class MadeUpClock:
    """A clock that stands still but while units are spent, one ns each; both are C functions."""

    def __init__(self) -> None:
        moments = bytearray()
        self.now: Callable[[], int] = moments.__len__
        self._spend = moments.extend
        self._moments = moments

    def spend(self, units: int) -> None:
        """Let this much time pass within one call of a C function."""
        self._spend(bytes(units))

    def step_back(self, units: int) -> None:
        """Step back, as a clock does that is set anew."""
        del self._moments[-units:]


class Wait(NamedTuple):
    """A busy wait, and the functions that were on the calling thread's stack from its begin to its end."""

    begin_ns: int
    end_ns: int
    functions: frozenset[str]


class BusyClock:
    """The real clock, on which time is spent by waiting busily within one call of a C function.

    Attributes:
        waits: what was spent, whichever thread did. The stack is read off the frames, by no profiler.
    """

    now = staticmethod(time.perf_counter_ns)

    def __init__(self, unit_ns: int) -> None:
        self._unit_ns = unit_ns
        self._calling = threading.get_ident()
        self.waits: list[Wait] = []

    def spend(self, units: int) -> None:
        """Wait busily, and note how long it took and what was on the calling thread's stack."""
        before = self._functions()
        begin = self.now()
        end = begin + units * self._unit_ns
        any(map(end.__le__, iter(self.now, None)))
        self.waits.append(Wait(begin, self.now(), before & self._functions()))

    def _functions(self) -> frozenset[str]:
        found = set()
        frame = sys._current_frames().get(self._calling)
        while frame is not None:
            found.add(frame.f_code.co_name)
            frame = frame.f_back
        return frozenset(found)
