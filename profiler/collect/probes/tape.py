"""Holds what probes record: enters and leaves in memory that is there before the first call."""

from __future__ import annotations

import time
from _thread import get_ident
from typing import Any, NamedTuple

clock_ns = time.perf_counter_ns

CAPACITY = 1 << 18
FIELDS = 3


class Marks(NamedTuple):
    """What a function's events are called on the tape."""

    enter: int
    leave: int

    @classmethod
    def of(cls, number: int) -> Marks:
        """Return the marks of the function with this number."""
        return cls(2 * number, 2 * number + 1)


class Tape:
    """Events of all threads in the order in which they were recorded: mark, ns, thread.

    A list keeps its memory while it is at least half full, in every CPython. So its first half holds nothing
    and stays, and events fill the second half without an allocation. A block with more events makes the
    list grow: none is lost, and none overwrites another.

    Args:
        capacity: how many events fit before it grows.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._empty = capacity * FIELDS
        self.events: list[int] = [0] * (2 * self._empty)
        self.clear()
        self.extend = self.events.extend

    def record(self, mark: int) -> None:
        """Record an event of this thread, now."""
        self.extend((mark, clock_ns(), get_ident()))

    def take(self) -> Any:
        """Return the events as an int64 array of shape (events, 3), and forget them."""
        import numpy

        taken = numpy.array(self.events[self._empty :], dtype=numpy.int64)
        self.clear()
        # A thread that was in the middle of an event may have left part of one.
        return taken[: len(taken) // FIELDS * FIELDS].reshape(-1, FIELDS)

    def clear(self) -> None:
        """Forget the events; the memory stays."""
        del self.events[self._empty :]
