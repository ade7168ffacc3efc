"""Collects what a trace without an XPlane holds, before it becomes tables."""

from __future__ import annotations

from array import array

from ...tables.trace import LARGEST_PS, MOST_LINES

# A process or device, and a thread or stream of it.
Key = tuple[int, int]


class RawTrace:
    """Names of planes by number, names of lines by key, and all events as columns in the file's order.

    Attributes:
        planes: names of processes and devices.
        lines: names of their threads and streams.
        keys: what has events -> its number in ``line``.
        names: an event's name -> its number in ``name``.
        line: int32, of each event.
        name: int32.
        start_ps: int64.
        duration_ps: int64.
    """

    def __init__(self) -> None:
        self.planes: dict[int, str] = {}
        self.lines: dict[Key, str] = {}
        self.keys: dict[Key, int] = {}
        self.names: dict[str, int] = {}
        self.line, self.name = array("i"), array("i")
        self.start_ps, self.duration_ps = array("q"), array("q")

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.start_ps)

    def name_plane(self, number: int, name: str) -> None:
        """Name a process or device.

        Raises:
            ValueError: there are more of them than any session has.
        """
        self.planes[number] = name
        _require_few(self.planes)

    def name_line(self, key: Key, name: str) -> None:
        """Name a thread or stream.

        Raises:
            ValueError: there are more of them than any session has.
        """
        self.lines[key] = name
        _require_few(self.lines)

    def add(self, key: Key, name: str, start_ps: int, duration_ps: int) -> None:
        """Append an event.

        Raises:
            ValueError: its time cannot belong to this session, or there are too many threads.
        """
        if start_ps < 0 or duration_ps < 0 or start_ps + duration_ps > LARGEST_PS:
            raise ValueError("an event begins before the session or ends more than 53 days after its start")
        self.line.append(self.keys.setdefault(key, len(self.keys)))
        _require_few(self.keys)
        self.name.append(self.names.setdefault(name, len(self.names)))
        self.start_ps.append(start_ps)
        self.duration_ps.append(duration_ps)


def _require_few(named: dict[int, str] | dict[Key, str] | dict[Key, int]) -> None:
    if len(named) > MOST_LINES:
        raise ValueError(f"more than {MOST_LINES} threads")
