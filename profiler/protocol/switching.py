"""Calls with an instrument switched on, beside calls with it off in the same process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List

# Slower calls are warmed up once, and are not made a second time beside an instrument.
SLOW_CALL_NS = 500_000_000
# How long the calls with the instrument off last, where so many would be made with it on.
BLOCK_NS = 250_000_000


@dataclass(frozen=True)
class Switched:
    """Two blocks of calls in a row, in ns a call: with an instrument off, then with it on."""

    off_ns: List[int]
    on_ns: List[int]

    def __post_init__(self) -> None:
        for name, calls in (("off_ns", self.off_ns), ("on_ns", self.on_ns)):
            if not calls or min(calls) < 1:
                raise ValueError(f"{name} holds no call, or one that took no time")


def calls_beside(calls: int, call_ns: float) -> int:
    """Return how many calls go into a block beside one of ``calls`` calls: fewer where they take long."""
    return max(1, min(calls, int(BLOCK_NS / max(call_ns, 1))))
