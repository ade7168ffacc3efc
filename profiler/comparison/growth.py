"""Compares what grows from call to call on two sides: memory, threads, graphs, objects, and the time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..results.document import Growth, Interval, Slope
from ..results.growth import QUANTITIES
from ..statistics import GROWS
from .internals import difference_interval


@dataclass(frozen=True)
class GrowthChange:
    """How much a quantity grows on both sides; ``difference`` is after minus before.

    A slope is what a call adds, in ``unit``; of time it is the fraction by which a process's last call takes
    longer than its first. None where a side did not read it. ``began``: it grows after, and does not before.
    """

    quantity: str
    unit: str
    before: Slope | None
    after: Slope | None
    difference: float | None
    difference_interval: Interval | None
    began: bool


def changes(before: Growth | None, after: Growth | None) -> Iterator[GrowthChange]:
    """Yield every quantity that either side read."""
    for quantity in QUANTITIES:
        old, new = quantity.slope(before), quantity.slope(after)
        if old is None and new is None:
            continue
        difference = interval = None
        if old is not None and new is not None:
            difference = new.value - old.value
            if old.interval is not None and new.interval is not None:
                interval = difference_interval(old.value, old.interval, new.value, new.interval)
        began = new is not None and new.verdict == GROWS and old is not None and old.verdict != GROWS
        yield GrowthChange(quantity.name, quantity.unit, old, new, difference, interval, began)
