"""The marked calls of a trace, and what ran inside them on the thread that made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...catalogue.presence import Place
from ...protocol.errors import Unusable
from ...tables.spec import Coded, Table
from ...tables.trace import LARGEST_PS

Ints = npt.NDArray[np.int64]
FARTHEST_NS = LARGEST_PS // 1000


class Recorded(Protocol):
    """A trace of any format: the tables `tables.trace.LINES` and `tables.trace.EVENTS`."""

    @property
    def lines(self) -> Table:
        """Threads and device streams."""

    @property
    def events(self) -> Table:
        """What ran on them."""


@dataclass(frozen=True)
class Marks:
    """The marked calls on the calling thread's line: their line, starts and ends in ps."""

    line: int
    start: Ints
    end: Ints

    def calls_of(self, moments: Ints) -> Ints:
        """Return the number of the call that each moment lies in, or -1."""
        number = np.searchsorted(self.start, moments, "right") - 1
        inside = (number >= 0) & (moments < self.end[number])
        calls: Ints = np.where(inside, number, -1)
        return calls

    def beside(self, stamps: Ints) -> npt.NDArray[np.bool_]:
        """Return which lines have a timestamp within `FARTHEST_NS` (53 days) of the calling thread's.

        Of other lines nothing can lie in a call, and 64 bits need not hold the picoseconds between them.
        """
        own = int(stamps[self.line])
        return np.array([abs(stamp - own) <= FARTHEST_NS for stamp in stamps.tolist()], np.bool_)


def find_marks(trace: Recorded, mark: str) -> Marks:
    """Return the calls that events named ``mark`` are put around.

    Raises:
        Unusable: there is none on a line of Python events, they lie on several, or one took no time.
    """
    kinds = trace.lines.coded("kind").decode()
    names = trace.events.coded("name")
    chosen = np.array([*(value == mark for value in names.values), False])[names.codes]
    lines = trace.events.array("line")
    rows = np.flatnonzero(chosen & np.isin(lines, [i for i, kind in enumerate(kinds) if kind == "python"]))
    if not len(rows):
        raise Unusable(f"the trace holds no {mark} event on a line of Python events")
    if len(set(lines[rows].tolist())) > 1:
        raise Unusable(f"the trace holds {mark} events on several lines of Python events")
    start, duration = trace.events.array("start_ps")[rows], trace.events.array("duration_ps")[rows]
    if not (duration > 0).all():
        raise Unusable(
            f"{int((duration <= 0).sum())} of the {len(rows)} marked calls of the trace took no time"
        )
    return Marks(int(lines[rows[0]]), start, start + duration)


class MarkedLine:
    """The calling thread's events inside the marked calls, in ps."""

    per_ns = 1000

    def __init__(self, trace: Recorded, marks: Marks) -> None:
        lines = trace.events.array("line")
        first, last = np.searchsorted(lines, [marks.line, marks.line + 1])
        piece = slice(int(first), int(last))
        self.calls = marks
        self.start: Ints = trace.events.array("start_ps")[piece]
        self.end: Ints = self.start + trace.events.array("duration_ps")[piece]
        self.own: Ints = trace.events.array("self_ps")[piece]
        self.depth: Ints = trace.events.array("depth")[piece]
        parent = trace.events.array("parent")[piece].astype(np.int64)
        self.parent: Ints = np.where(parent < 0, -1, parent - first)
        names = trace.events.coded("name")
        self.names = Coded(names.codes[piece], names.values)
        self.call = marks.calls_of(self.start)
        # What outlasts its mark, by the clock's rounding or because the file was made so, ends with it.
        inside = self.call >= 0
        self.end[inside] = np.minimum(self.end[inside], marks.end[self.call[inside]])

    def rows_of(self, places: tuple[Place, ...]) -> Ints:
        """Return the rows, ascending, of functions inside the marked calls."""
        wanted = {place.event_name for place in places}
        chosen = np.array([*(value in wanted for value in self.names.values), False])[self.names.codes]
        return np.flatnonzero(chosen & (self.call >= 0))
