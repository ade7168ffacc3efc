"""What grows as calls of a variant go on: memory, threads, graphs and objects, and the time of a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .. import statistics
from ..protocol import growth as protocol
from ..protocol.errors import KprofError
from ..protocol.growth import GrowthBlock, Reading
from ..protocol.instruments import SPEED, instrument
from ..protocol.vocabulary import counted
from ..runs.record import Capture
from ..statistics import Blocks, Estimate
from ..statistics.intervals import allowing_for
from .document import Growth, Slope

RESIDENT = "resident_bytes"
THREADS = "threads"
GRAPHS = "graphs"
OBJECTS = "objects"
USED = "used_bytes"
# Python's own allocator tells its blocks, whose mean is about that many bytes.
BLOCK_BYTES = 64
# Growth by less a call does not matter: one more in twenty calls, one more object a call.
SMALLEST_COUNTS = {THREADS: 0.05, GRAPHS: 0.05, OBJECTS: 1.0}

KIB = 1024

BYTES, COUNT, FRACTION = "B", "", "1"


@dataclass(frozen=True)
class Quantity:
    """Something that may grow: its name, the field of `Growth` that holds its slope, and the unit of that.

    ``left_behind``: whether calls leave it behind; the time of a call is not.
    """

    name: str
    field: str
    unit: str
    left_behind: bool = True

    def slope(self, growth: Growth | None) -> Slope | None:
        """Return how much it grows; None where that was not read."""
        found: Slope | None = None if growth is None else getattr(growth, self.field)
        return found


QUANTITIES = (
    Quantity(RESIDENT, "resident_bytes_per_call", BYTES),
    Quantity(USED, "used_bytes_per_call", BYTES),
    Quantity(GRAPHS, "graphs_per_call", COUNT),
    Quantity(OBJECTS, "objects_per_call", COUNT),
    Quantity(THREADS, "threads_per_call", COUNT),
    Quantity("time", "time_change", FRACTION, left_behind=False),
)


def read(captures: Sequence[Capture]) -> dict[int, protocol.Growth]:
    """Return what was read of a variant by process; a file that cannot be used is left out."""
    found = {}
    for capture in captures:
        if not capture.usable or SPEED not in instrument(capture.instrument).gives:
            continue
        try:
            own = capture.growth()
        except KprofError:
            continue
        if own is not None and own.blocks:
            found[capture.process] = own
    return found


def growth(
    found: dict[int, protocol.Growth],
    timed: Blocks,
    traced: float | None,
    smallest_bytes: float,
    smallest_effect: float,
    variants: int = 1,
) -> Growth | None:
    """Return what grows as calls of a variant go on; None where it was not read.

    Args:
        found: what was read, by process.
        timed: the timed calls.
        traced: how many graphs a call traces; None where that is not known.
        smallest_bytes: growth of resident memory by less a call does not matter.
        smallest_effect: nor does a call that takes longer by a smaller fraction after a process's calls.
        variants: so many are judged at once; the interval of the time a call allows for all.
    """
    if not found:
        return None
    blocks = [block for one in found.values() for block in one.blocks]
    smallest = {RESIDENT: smallest_bytes, USED: smallest_bytes, **SMALLEST_COUNTS}
    slopes = {name: _slope(_rates(found, name), limit) for name, limit in smallest.items()}
    time = slope(statistics.slowing(timed, allowing_for(variants)), smallest_effect) if len(timed) else None
    first = next(iter(found.values()))
    return Growth(
        calls=sum(block.calls for block in blocks),
        processes=len(found),
        timed_calls=first.timed,
        smallest_bytes_per_call=smallest_bytes,
        resident_bytes_per_call=slopes[RESIDENT],
        used_bytes_per_call=slopes[USED],
        threads_per_call=slopes[THREADS],
        graphs_per_call=slopes[GRAPHS],
        objects_per_call=slopes[OBJECTS],
        time_change=time,
        graphs_counted=first.counted,
        missing=first.missing,
        known=tuple(_known(slopes, blocks, traced)),
    )


def _rates(found: dict[int, protocol.Growth], name: str) -> dict[int, statistics.Floats]:
    return {
        process: np.array([one for block in _settled(own) if (one := _rate(block, name)) is not None])
        for process, own in found.items()
    }


def _settled(own: protocol.Growth) -> list[GrowthBlock]:
    """Return the blocks that count: of slow calls, which have one call of warm-up, the later half."""
    return own.blocks[-max(1, len(own.blocks) // 2) :] if own.timed else own.blocks


def _rate(block: GrowthBlock, name: str) -> float | None:
    before, after = _quantity(block.before, name), _quantity(block.after, name)
    return None if before is None or after is None else (after - before) / block.calls


def _quantity(reading: Reading, name: str) -> float | None:
    if name != USED:
        found: int | None = getattr(reading, name)
        return found
    if reading.native_bytes is None or reading.python_blocks is None:
        return None
    return reading.native_bytes + BLOCK_BYTES * reading.python_blocks


def _slope(rates: dict[int, statistics.Floats], smallest: float) -> Slope | None:
    estimate = statistics.growth_rate(rates)
    return None if estimate.value is None else slope(estimate, smallest)


def slope(found: Estimate, smallest: float) -> Slope | None:
    """Return an estimate with its verdict; None where there is no value."""
    if found.value is None:
        return None
    return Slope(found.value, found.interval, statistics.judge_growth(found, smallest), found.reason)


def _known(slopes: dict[str, Slope | None], blocks: list[GrowthBlock], traced: float | None) -> list[str]:
    """Return what is known of what grows, where memory does."""
    memory = [one for name in (RESIDENT, USED) if (one := slopes[name]) is not None]
    if all(one.verdict != statistics.GROWS for one in memory):
        return []
    lines = []
    if memory[0] is slopes[RESIDENT] and memory[0].verdict != statistics.GROWS:
        lines.append(
            "resident memory does not grow while calls fill what was freed before them: then it will"
        )
    found = len(lines)
    for name, what in ((GRAPHS, "graph"), (OBJECTS, "Python object"), (THREADS, "thread")):
        own = slopes[name]
        if own is not None and own.verdict == statistics.GROWS:
            lines.append(f"{own.value:.4g} {what}s more live after each call")
    if len(lines) == found:
        lines.append("neither graphs nor objects that Python tracks: arrays, bytes, or memory of native code")
    if traced:
        lines.append(f"a call traces {counted(round(traced), 'graph')}")
    freed = [block.freed_bytes / block.calls for block in blocks if block.freed_bytes is not None]
    objects = float(np.median([block.freed_objects / block.calls for block in blocks]))
    if objects:
        given_back = f", {np.median(freed) / KIB:.3g} KiB of memory" if freed and np.median(freed) else ""
        lines.append(
            f"garbage that only a collection frees does not count: {objects:.3g} objects{given_back} a call"
        )
    return lines
