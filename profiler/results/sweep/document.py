"""What a sweep says, as one frozen document."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...protocol import schemas
from ...statistics.crossings import ABOVE, BELOW, OPEN

Interval = tuple[float, float]

CROSSES, SAME = "crosses", "same"
STATUSES = (CROSSES, ABOVE, BELOW, SAME, OPEN)

OVERHEAD = (
    "predict's time beyond that of the fastest other way to call the model, a fraction of predict's time"
)


@dataclass(frozen=True)
class Quantity:
    """A number and its 95 % interval over processes; what is unknown is None, and ``reason`` says why."""

    value: float | None
    interval: Interval | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Milliseconds:
    """What a call takes in one way at one point, in ms; None where ``reason`` says why."""

    median: float | None
    interval: Interval | None = None
    processes: int = 0
    calls: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Point:
    """One size.

    Attributes:
        size: on the axis; of models their place.
        workload: what is called.
        batch_size, rows: of one call.
        ms: way -> what a call takes.
        overhead: `OVERHEAD`; below 0 where predict is the fastest.
        fastest_other: the way that it is counted from.
        compute: the share of predict's call during which some kernel of the model ran, under the profiler.
        compiled_ratio: predict's time on the compiled model over that on the uncompiled one, None where only
            one was measured; ``verdict`` belongs to it.
        best: the way with the least time among those of the compiled model, or of the only state.
        as_good: the ways that cannot be told from it, or differ by less than matters.
    """

    size: int
    workload: str
    batch_size: int
    rows: int
    ms: Mapping[str, Milliseconds]
    overhead: Quantity
    fastest_other: str | None
    compute: Quantity
    compiled_ratio: Quantity
    verdict: str | None
    best: str | None
    as_good: tuple[str, ...] = ()


@dataclass(frozen=True)
class LineCrossing:
    """A size at which a line crosses: the estimate, its interval, and whether it rises there.

    ``closely``: whether the points around it lie close; else the interval reaches from one to the next. The
    interval is None where ``reason`` says why.
    """

    size: float
    interval: Interval | None
    rises: bool
    closely: bool
    reason: str | None = None


@dataclass(frozen=True)
class Line:
    """One question of where something crosses.

    Attributes:
        kind: ``overhead`` (against a level) or ``ways`` (one way's time against another's).
        way, other: the ways; ``other`` is None for overhead, which is counted from the fastest other one.
        level: of the overhead, a fraction of 1; None for ways.
        status: `CROSSES`, `ABOVE` or `BELOW` (it never crosses within the sizes), `SAME` (the ways differ by
            less than matters at every point), or `OPEN`.
        start, end: on which side it lies at the least and the greatest size.
        crossings: in the order of sizes.
        open: sizes from, to between which the side cannot be told.
    """

    kind: str
    way: str
    other: str | None
    level: float | None
    status: str
    start: str
    end: str
    crossings: tuple[LineCrossing, ...]
    open: tuple[Interval, ...]


@dataclass(frozen=True)
class RoundLine:
    """What one round measured, and why."""

    sizes: tuple[int, ...]
    processes: int
    why: str


@dataclass(frozen=True)
class Sweep:
    """All that a sweep says.

    Attributes:
        axis: what was swept.
        ways: the ids of the ways, ``state/entry point``; the first baseline is ``baseline``.
        smallest_effect: the relative difference that matters.
        spent_s: what the processes took.
        notes: what is to be known beside it.
    """

    run: str
    environment: str
    axis: str
    workloads: tuple[str, ...]
    ways: tuple[str, ...]
    baseline: str
    smallest_effect: float
    points: tuple[Point, ...]
    lines: tuple[Line, ...]
    rounds: tuple[RoundLine, ...]
    spent_s: float
    budget_s: float
    status: str
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of schema ``kprof.sweep/1``."""
        return {"schema": schemas.SWEEP, **dataclasses.asdict(self)}
