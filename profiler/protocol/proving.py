"""What a worker leaves that proves an instrument: what it slowed down, and what was timed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional

UNDISTURBED = ""
"""The condition in which no internal is slowed."""

WALL = "wall"
"""The instrument that tells how long calls are, and when predict's frame ends."""

PREDICT = "predict"
"""The internal that holds all others; its own share is what its teardown leaves, and cannot be predicted."""


@dataclass(frozen=True)
class Slowed:
    """An internal that is slowed: which of its functions waits, and before it calls what.

    ``per_call``: how often it waits in a call, as the inspected call says; ``within``: how many of these
    waits come while another internal is on the stack.
    """

    internal: str
    function: str
    callee: str
    per_call: int
    within: Dict[str, int]
    wait_ns: int

    def __post_init__(self) -> None:
        if self.per_call < 1 or self.wait_ns < 1:
            raise ValueError(f"per_call is {self.per_call}, wait_ns {self.wait_ns}, at least 1 is needed")


@dataclass(frozen=True)
class ProvingBlock:
    """Calls in a row under one condition: ``slowed`` is the internal that waits, or `UNDISTURBED`.

    Attributes:
        instrument: what was attached; ``wall`` where no instrument was to be proven.
        calls: how many there are.
        waits: how often the internal waited; ``waited_ns``: how long in all.
        folder: of the capture.
        error: why the block failed.
    """

    round: int
    slowed: str
    instrument: str
    calls: int = 0
    waits: int = 0
    waited_ns: int = 0
    folder: Optional[str] = None
    error: Optional[str] = None

    def __post_init__(self) -> None:
        if min(self.round, self.calls, self.waits, self.waited_ns) < 0:
            raise ValueError("a number is negative")


@dataclass(frozen=True)
class Proving:
    """``proving.json``: what one worker left; ``not_slowed`` says why an internal could not be slowed."""

    slowed: List[Slowed]
    not_slowed: Dict[str, str]
    blocks: List[ProvingBlock]


@dataclass(frozen=True)
class Proof:
    """How far the shares of an instrument were proven right, on one machine and in one environment.

    Attributes:
        error: the largest error that the proof leaves possible, a fraction of 1.
        day: of the proof, as ``2026-11-24``.
        variant: what was called.
        internals: how many were slowed.
    """

    error: float
    day: str
    variant: str
    internals: int

    def __post_init__(self) -> None:
        if not 0 <= self.error < 1 or self.internals < 1:
            raise ValueError(f"error is {self.error}, internals {self.internals}")
