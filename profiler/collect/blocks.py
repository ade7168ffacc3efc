"""Orders the measured calls: short blocks of every variant, shuffled within each round."""

from __future__ import annotations

import random
from typing import NamedTuple, Optional, Sequence

from ..protocol.instruments import Instrument
from ..protocol.switching import calls_beside

# How long a block lasts: short against the machine's drift, long against the switch between variants.
BLOCK_NS = 100_000_000
# Faster calls are disturbed by what ran before them, so a few are made untimed after a switch.
RE_WARM_UP_BELOW_NS = 5_000_000
RE_WARM_UP_CALLS = 3


class Block(NamedTuple):
    """``calls`` calls of one variant in a row, after ``re_warm_up`` untimed ones.

    ``position`` is its place within the round; ``undisturbed`` calls with the instrument off come before it.
    What is recorded of a ``rehearsal`` is thrown away. ``turn``: its place among the turns of two workers.
    """

    variant: int
    round: int
    position: int
    calls: int
    re_warm_up: int
    undisturbed: int = 0
    rehearsal: bool = False
    turn: Optional[int] = None


def rounds_of(calls: Sequence[int], call_ns: Sequence[int]) -> int:
    """Return how many rounds suit: as many as the variant with the longest total has blocks of `BLOCK_NS`."""
    return max(_blocks(count, cost) for count, cost in zip(calls, call_ns))


def schedule(
    calls: Sequence[int],
    call_ns: Sequence[int],
    seed: int,
    rounds: Optional[int] = None,
    beside: bool = False,
) -> list[Block]:
    """Return the blocks of a process, in the order in which they run.

    Args:
        calls: how many calls of each variant.
        call_ns: what one call of each costs, in ns.
        seed: seeds the shuffle within each round.
        rounds: how many rounds there are; by default those of `rounds_of`.
        beside: whether another process makes calls between these blocks.

    Each variant's calls are spread over the rounds, so that drift hits all alike. A variant with no call left
    sits a round out.
    """
    rounds = rounds_of(calls, call_ns) if rounds is None else rounds
    disturbed = beside or len(calls) > 1
    shuffle = random.Random(seed)
    left = list(calls)
    blocks = []
    for number in range(rounds):
        order = list(range(len(calls)))
        shuffle.shuffle(order)
        for position, variant in enumerate(order):
            size = -(-left[variant] // (rounds - number))
            if not size:
                continue
            left[variant] -= size
            re_warm_up = RE_WARM_UP_CALLS if disturbed and call_ns[variant] < RE_WARM_UP_BELOW_NS else 0
            blocks.append(Block(variant, number, position, size, re_warm_up))
    return blocks


def alone(calls: int, call_ns: int, instrument: Instrument) -> list[Block]:
    """Return the blocks of a capture that is taken by itself, in the order in which they run.

    Where calls are quick each block comes after one with the instrument off, and rehearsals follow
    (`Instrument.pairs`).
    """
    if not instrument.pairs(call_ns):
        return [Block(0, 0, 0, calls, 0)]
    count = min(calls, instrument.blocks)
    sizes = [calls // count + (number < calls % count) for number in range(count)]
    rehearsed = [calls_beside(calls, call_ns)] * instrument.rehearsals
    re_warm_up = RE_WARM_UP_CALLS if call_ns < RE_WARM_UP_BELOW_NS else 0
    return [
        Block(0, number, 0, size, re_warm_up, calls_beside(size, call_ns), number >= count)
        for number, size in enumerate(sizes + rehearsed)
    ]


def _blocks(calls: int, call_ns: int) -> int:
    size = max(1, round(BLOCK_NS / max(call_ns, 1)))
    return max(1, calls // size)
