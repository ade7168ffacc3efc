"""Holds what probes record: enters and leaves in memory that is there before the first call."""

from __future__ import annotations

import sys
import time
from _thread import get_ident
from types import CodeType
from typing import Any, Callable, Mapping, NamedTuple

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
    and stays, and events fill the second half while the list does not grow. A block with more events makes
    it grow: none is lost, none overwrites another, and there is room for as many from then on.

    An enter may also be recorded as code object, ns, thread, and a leave as ns, code object, thread: finding
    the mark of a code object takes longer than recording an event does, and is left to `take`.

    Args:
        capacity: how many events fit before it grows.
        clock: gives ns.

    Attributes:
        extend: adds an event, which threads do not interrupt.
        recording: whether generators that were begun while it was on still record.
        marks: what the events of code objects are called, by their ``id``.
    """

    def __init__(self, capacity: int = CAPACITY, clock: Callable[[], int] = time.perf_counter_ns) -> None:
        self.clock = clock
        self.recording = True
        self.marks: Mapping[int, Marks] = {}
        self.events: list[Any] = []
        self.extend = self.events.extend
        self._empty = 0
        self._make_room(capacity * FIELDS)

    def record(self, mark: int) -> None:
        """Record an event of this thread, now."""
        self.extend((mark, self.clock(), get_ident()))

    def take(self) -> Any:
        """Return the events as an int64 array of shape (events, 3), and forget them.

        Part of an event at the end is cut off. What other threads record meanwhile stays for the next time.
        """
        import numpy

        end = len(self.events)
        taken = self.events[self._empty : end]
        self._forget(end)
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
        self._forget(len(self.events))

    def _forget(self, end: int) -> None:
        used = end - self._empty
        del self.events[self._empty : end]
        if used > self._empty:
            self._make_room(used)

    def _make_room(self, numbers: int) -> None:
        """Let so many numbers fit after the empty part, without losing any that are there already."""
        self.events[:0] = [0] * (2 * numbers - self._empty)
        allocated = (sys.getsizeof(self.events) - sys.getsizeof([])) // tuple.__itemsize__
        half = (allocated + 1) // 2
        del self.events[: 2 * numbers - half]
        self._empty = half
