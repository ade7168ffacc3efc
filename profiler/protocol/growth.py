"""``growth.json``: what grows from call to call, as the worker leaves it and the analyzer reads it.

It also says how many calls are made for it: the plan's estimate is what is done. The annotations use
``typing``'s names, as in `spec`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional

from .switching import SLOW_CALL_NS

# Quick calls of a variant are made again in so many blocks of a process, each about so long; in fewer where
# they would take longer than that all together.
BLOCKS = 6
FEWEST_BLOCKS = 3
BLOCK_NS = 100_000_000
LONGEST_NS = 1_500_000_000

GENERATIONS = 3


@dataclass(frozen=True)
class Reading:
    """A process between two blocks of calls; None is not known.

    Attributes:
        resident_bytes: memory of the process that is in use.
        threads: threads of the operating system.
        graphs: function graphs that live.
        objects: objects that the garbage collector tracks, without those that it was told to leave alone.
        native_bytes: memory that the C library has given out and not taken back.
        python_blocks: the same of Python's own allocator, in blocks of up to 512 bytes.
    """

    resident_bytes: Optional[int] = None
    threads: Optional[int] = None
    graphs: Optional[int] = None
    objects: Optional[int] = None
    native_bytes: Optional[int] = None
    python_blocks: Optional[int] = None

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value is not None and not 0 <= value < 1 << 63:
                raise ValueError(f"{name} is {value}, at least 0 is needed")


@dataclass(frozen=True)
class GrowthBlock:
    """Calls in a row between two collections of all garbage.

    Attributes:
        calls: how many.
        before: after the collection that came before them.
        after: after the one that followed them.
        freed_objects: what that one found to be garbage.
        freed_bytes: by how much resident memory fell meanwhile; the allocator keeps most of what is freed.
        collection_ns: what that one took.
    """

    calls: int
    before: Reading
    after: Reading
    freed_objects: int
    freed_bytes: Optional[int]
    collection_ns: int

    def __post_init__(self) -> None:
        if self.calls < 1 or self.freed_objects < 0 or self.collection_ns < 0:
            raise ValueError("a block of growth.json holds no call, or frees less than nothing")


@dataclass(frozen=True)
class WatchedCollections:
    """The garbage collections in calls that were watched for them, and what a collection takes.

    After each block of calls the two young generations are collected once more: one of either is known.

    Attributes:
        calls: how many calls were watched.
        window_ns: what they took, all together.
        counts: collections by generation, those after the blocks too.
        durations_ns: what they took, by generation.
    """

    calls: int
    window_ns: int
    counts: List[int]
    durations_ns: List[int]

    def __post_init__(self) -> None:
        numbers = (*self.counts, *self.durations_ns, self.calls - 1, self.window_ns - 1)
        if len(self.counts) != GENERATIONS or len(self.durations_ns) != GENERATIONS or min(numbers) < 0:
            raise ValueError(f"watched collections need calls, and {GENERATIONS} counts and durations")


@dataclass(frozen=True)
class Growth:
    """``growth.json``.

    Attributes:
        timed: whether the blocks are the timed ones: slow calls are not made a second time.
        blocks: the blocks in the order in which they were made.
        empty_collection_ns: what a collection takes that finds nothing, right after another.
        full_collection_ns: what one takes that visits all objects of the process.
        watched: the collections within calls; None where none were watched.
        counted: what was counted as ``graphs``; None where the framework has no such thing.
        missing: why a quantity is not known, by its name.
    """

    timed: bool
    blocks: List[GrowthBlock]
    empty_collection_ns: int
    full_collection_ns: int
    watched: Optional[WatchedCollections] = None
    counted: Optional[str] = None
    missing: Dict[str, str] = field(default_factory=dict)


def calls_of_blocks(call_ns: float) -> List[int]:
    """Return the calls of each block that is made for growth after the timed ones; none for slow calls."""
    if call_ns >= SLOW_CALL_NS:
        return []
    calls = max(1, round(BLOCK_NS / max(call_ns, 1)))
    fitting = int(LONGEST_NS / (calls * max(call_ns, 1)))
    return [calls] * max(FEWEST_BLOCKS, min(BLOCKS, fitting))
