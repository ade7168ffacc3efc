"""What a file without an XPlane says, before it becomes tables."""

from __future__ import annotations

from typing import NamedTuple

from .xplane_events import LARGEST_PS

# A process or device, and a thread or stream of it.
Key = tuple[int, int]


class Event(NamedTuple):
    """One event: its line, name, start and duration, in ps."""

    line: Key
    name: str
    start_ps: int
    duration_ps: int


class RawTrace(NamedTuple):
    """Names of planes by number, names of lines by key, and all events in the file's order."""

    planes: dict[int, str]
    lines: dict[Key, str]
    events: list[Event]


def sound_times(start_ps: int, duration_ps: int) -> bool:
    """Whether an event begins at the session's start or later and ends within 53 days of it."""
    return start_ps >= 0 and duration_ps >= 0 and start_ps + duration_ps <= LARGEST_PS
