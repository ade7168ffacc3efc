"""Holds what probes record: enters and leaves in memory that is there before the first call."""

from __future__ import annotations

import time
from _thread import get_ident
from types import CodeType
from typing import Any, Mapping, NamedTuple

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

    An enter may also be recorded as code object, ns, thread, and a leave as ns, code object, thread: finding
    the mark of a code object takes longer than recording an event does, and is left to `take`.

    Args:
        capacity: how many events fit before it grows.

    Attributes:
        marks: what the events of code objects are called, by their ``id``.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._empty = capacity * FIELDS
        self.events: list[Any] = [0] * (2 * self._empty)
        self.marks: Mapping[int, Marks] = {}
        self.clear()
        self.extend = self.events.extend

    def record(self, mark: int) -> None:
        """Record an event of this thread, now."""
        self.extend((mark, clock_ns(), get_ident()))

    def take(self) -> Any:
        """Return the events as an int64 array of shape (events, 3), and forget them."""
        import numpy

        taken = self.events[self._empty :]
        self.clear()
        # A thread that was in the middle of an event may have left part of one.
        del taken[len(taken) // FIELDS * FIELDS :]
        if self.marks:
            self._name(taken)
        return numpy.array(taken, dtype=numpy.int64).reshape(-1, FIELDS)

    def _name(self, taken: list[Any]) -> None:
        """Put marks in the place of code objects, and before the ns."""
        for at in range(0, len(taken), FIELDS):
            first, second = taken[at : at + 2]
            if isinstance(first, CodeType):
                taken[at] = self.marks[id(first)].enter
            elif isinstance(second, CodeType):
                taken[at : at + 2] = self.marks[id(second)].leave, first

    def clear(self) -> None:
        """Forget the events; the memory stays."""
        del self.events[self._empty :]
