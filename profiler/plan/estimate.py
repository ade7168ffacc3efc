"""How long a plan takes: what a call costs before it is measured, and the time of a process.

The seconds are those of 2 shared cores with TensorFlow 2.21: only the printed estimate rests on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from ..protocol import calls
from ..protocol.growth import calls_of_blocks
from ..protocol.instruments import SPEED, Instrument, instrument
from ..protocol.switching import SLOW_CALL_NS, calls_beside
from ..protocol.vocabulary import Variant, width_of

START_S = 5.0
FIRST_CALL_EXTRA_S = 0.5
# A collection of all garbage with TensorFlow loaded; one that visits new objects alone, and a reading.
COLLECTION_S = 0.25
READING_S = 0.01


@dataclass(frozen=True)
class CallCost:
    """What is known of a workload before it is measured.

    ``predict_s`` and ``other_s`` are the expected seconds of a predict and of another entry point's call;
    ``batch_size`` and ``rows`` are those that a model or its input demands, or None.
    """

    predict_s: float
    other_s: float
    batch_size: int | None = None
    rows: int | None = None

    @property
    def slow(self) -> bool:
        """Whether a call takes so long that fewer processes have to suffice."""
        return self.predict_s * 1e9 >= SLOW_CALL_NS


UNKNOWN_CALL_S = 0.1
UNKNOWN = CallCost(UNKNOWN_CALL_S, UNKNOWN_CALL_S)
BUILT_IN = {"tiny": CallCost(0.05, 0.002), "medium": CallCost(2.9, 2.9)}
# Of the scalable workload of batch 32: a call takes what tiny's does, and this for each square of its width.
SCALED_S = 1e-7


def built_in(workload: str) -> CallCost:
    """Return what is known of a built-in workload."""
    width = width_of(workload)
    if width is None:
        return BUILT_IN[workload]
    tiny, compute_s = BUILT_IN["tiny"], SCALED_S * width**2
    return CallCost(tiny.predict_s + compute_s, tiny.other_s + compute_s)


class Part(Protocol):
    """One variant's part in a process, as far as its time depends on it."""

    @property
    def variant(self) -> Variant:
        """What is called."""

    @property
    def instrument(self) -> str:
        """What is attached."""

    @property
    def calls(self) -> int | None:
        """How many calls, or None for as many as fit the budget."""

    @property
    def budget_s(self) -> float:
        """The seconds that calls may take, as they are with nothing attached."""

    @property
    def inspect(self) -> bool:
        """Whether one more call tells what ran."""


def process_s(cost: CallCost, parts: Iterable[Part], reads_growth: bool = False) -> float:
    """Return the estimated time of a process that takes these captures, in s."""
    total = START_S
    warmed_up: set[Variant] = set()
    if reads_growth:
        total += COLLECTION_S
    for part in parts:
        attached = instrument(part.instrument)
        call_s = cost.predict_s if part.variant.entry_point == "predict" else cost.other_s
        count = calls.measured(part.calls, part.budget_s, round(call_s * 1e9), attached)
        total += (count * attached.slowdown + part.inspect) * call_s
        if attached.pairs(call_s * 1e9):
            total += _beside_s(attached, count, call_s)
        if reads_growth and attached.interleaves:
            total += _growth_s(attached, count, call_s)
        if part.variant not in warmed_up:
            warmed_up.add(part.variant)
            warm_up = 1 + calls.warm_up(call_s * 1e9)
            total += FIRST_CALL_EXTRA_S + warm_up * call_s
    return total


def _beside_s(attached: Instrument, count: int, call_s: float) -> float:
    """Return what the blocks with an instrument off take, and its rehearsals, in s."""
    blocks = min(count, attached.blocks)
    off = blocks * calls_beside(count // blocks, call_s * 1e9)
    rehearsed = attached.rehearsals * calls_beside(count, call_s * 1e9)
    return call_s * (off + rehearsed * (1 + attached.slowdown))


def _growth_s(attached: Instrument, count: int, call_s: float) -> float:
    """Return what it takes to read what grows: calls made again, or collections around slow ones, in s."""
    measures_speed = SPEED in attached.gives
    if call_s * 1e9 >= SLOW_CALL_NS:
        return COLLECTION_S * count * (1 + measures_speed)
    again = calls_of_blocks(call_s * 1e9)
    watched, settling = again[0], 1
    return (call_s * (watched + settling + sum(again)) + READING_S * len(again)) if measures_speed else 0.0


def minutes(seconds: float) -> str:
    """Return a planned time as text, in s or min."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"
