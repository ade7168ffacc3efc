"""The part of a run's page that says what grows from call to call: a line where nothing does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ... import statistics
from ...results.document import Growth, Slope, VariantReport
from .. import numbers
from ..blocks import Block, Column, Layout, Lines, Row, Table, Title
from ..numbers import MISSING
from .sections import Section

Known = tuple[VariantReport, Growth]


class Quantity(NamedTuple):
    """Something that may grow: what it is called, where it stands, and how a number of it is written."""

    name: str
    slope: Callable[[Growth], Slope | None]
    written: Callable[[float], str]


MEMORY = Quantity("resident memory", lambda found: found.resident_bytes_per_call, numbers.binary_size)
QUANTITIES = (
    MEMORY,
    Quantity("memory in use", lambda found: found.used_bytes_per_call, numbers.binary_size),
    Quantity("live graphs", lambda found: found.graphs_per_call, numbers.count),
    Quantity("Python objects", lambda found: found.objects_per_call, numbers.count),
    Quantity("threads", lambda found: found.threads_per_call, numbers.count),
    Quantity("time, first to last call", lambda found: found.time_change, numbers.signed_share),
)


def blocks(section: Section) -> Iterator[Block]:
    """Yield a row for each quantity that grows, and one line on resident memory; nothing where unknown."""
    known = [(one, one.growth) for one in section.variants if one.growth is not None]
    if not known:
        return
    rows = [row for one in known for row in _rows(one)]
    if rows:
        yield Title("What grows from call to call", "a call, after a collection of all garbage")
        variant, what = Column("variant", "text"), Column("what", "text")
        wide = (variant, what, Column("grows by"), Column("interval"))
        narrow = (variant, what, Column("grows by"))
        yield Table(
            (Layout(wide, tuple(map(Row, rows))), Layout(narrow, tuple(Row(row[:3]) for row in rows)))
        )
    notes = [f"{_name(variant)}: {'; '.join(found.known)}" for variant, found in known if found.known]
    yield Lines((*notes, *_memory(known)))


def _rows(one: Known) -> Iterator[tuple[str, ...]]:
    variant, found = one
    for quantity in QUANTITIES:
        slope = quantity.slope(found)
        if slope is not None and slope.verdict == statistics.GROWS:
            value, interval = _written(quantity, slope)
            yield _name(variant), quantity.name, value, interval


def _memory(known: list[Known]) -> Iterator[str]:
    """Yield a line on memory that does not grow, or may: the variant in which it could most."""
    told = {
        word: [
            (variant, slope)
            for variant, found in known
            if (slope := found.resident_bytes_per_call) is not None
            and slope.verdict == word
            and not _uses_more(found)
        ]
        for word in (statistics.STEADY, statistics.CANNOT_TELL)
    }
    parts = []
    for word, own in told.items():
        if own:
            variant, slope = max(own, key=lambda pair: _most(pair[1]))
            value, interval = _written(MEMORY, slope)
            among = "" if len(own) == 1 else f" (the most of {len(own)} variants)"
            reason = f", {slope.reason}" if slope.reason and slope.interval is None else ""
            interval = "" if slope.interval is None else f" ({interval})"
            parts.append(f"{word} in {_name(variant)}{among}: {value} a call{interval}{reason}")
    if parts:
        smallest = numbers.binary_size(known[0][1].smallest_bytes_per_call)
        yield f"resident memory, where {smallest} a call matter: {'; '.join(parts)}"
    missing = next((text for _, found in known if (text := found.missing.get("resident_bytes"))), None)
    if missing:
        yield f"whether resident memory grows is not known: {missing}"


def _uses_more(found: Growth) -> bool:
    return found.used_bytes_per_call is not None and found.used_bytes_per_call.verdict == statistics.GROWS


def _most(slope: Slope) -> float:
    return slope.value if slope.interval is None else slope.interval[1]


def _written(quantity: Quantity, slope: Slope) -> tuple[str, str]:
    if slope.interval is None:
        return quantity.written(slope.value), MISSING
    low, high = map(quantity.written, slope.interval)
    return quantity.written(slope.value), f"{low}..{high}"


def _name(variant: VariantReport) -> str:
    return f"{variant.compile_state}/{variant.entry_point}/b{variant.batch_size}"
