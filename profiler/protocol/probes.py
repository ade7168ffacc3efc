"""What probes say of their capture, beside the spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List

MONITORED = "monitored"
IN_FRAME = "in its frame"
AROUND = "around its frame"
WAYS = (MONITORED, IN_FRAME, AROUND)
"""How a function is watched; the spans of one watched `AROUND` its frame hold its teardown."""


@dataclass(frozen=True)
class Probes:
    """``probes.json``: how the catalogue's functions were watched.

    Attributes:
        functions: all that were asked for, as ``path::qualified name``; spans name them by their place here.
        ways: how each that was watched is, one of `WAYS`.
        unwatched: why each other is not; one that this release lacks is in neither.
        open: functions that had not returned when a block ended, with how often.
        stray: leaves without an enter, of frames that had begun before a block did.
        backward: spans that are left out, since their thread's clock stepped back within them.
    """

    functions: List[str]
    ways: Dict[str, str]
    unwatched: Dict[str, str]
    open: Dict[str, int]
    stray: int = 0
    backward: int = 0

    def __post_init__(self) -> None:
        if not set(self.ways.values()) <= set(WAYS):
            raise ValueError(f"ways holds none of {', '.join(WAYS)}")
        if min(self.stray, self.backward) < 0 or any(count < 0 for count in self.open.values()):
            raise ValueError("a count is negative")
