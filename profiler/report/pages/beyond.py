"""The part of a run's page that names the time beside the phases: what no phase holds, or any of them may."""

from __future__ import annotations

from collections.abc import Iterator

from ...results.document import BeyondCalls, VariantReport
from .. import numbers
from ..blocks import Block, Column, Layout, Row, Table, Title
from ..numbers import MISSING

PLACES = (
    "collections within calls lie in whichever phase they interrupt; what a later one frees is in no phase "
    "and no call; between two calls the harness keeps the time of the last"
)


def blocks(variants: tuple[VariantReport, ...], which: str) -> Iterator[Block]:
    """Yield a table with what lies between calls, in collections and after them; nothing where unknown."""
    known = [(one, one.beyond) for one in variants if one.beyond is not None]
    if not known:
        return
    columns = (Column("", "text"), *(Column(one.compile_state) for one, _ in known))
    found = [one for _, one in known]
    wide = (
        ("garbage collections within calls", *map(_within, found)),
        ("left to a later collection", *map(_later, found)),
        ("between two calls", *map(_between, found)),
    )
    narrow = (
        ("collections within calls", *(numbers.share(one.collections_share) for one in found)),
        ("left to a later one", *(numbers.share(one.later.share if one.later else None) for one in found)),
        ("between two calls", *(numbers.share(one.between_share) for one in found)),
    )
    yield Title(f"Beside the phases of predict{which}", "shares of the calls' time under wall")
    yield Table(
        (
            Layout(columns, tuple(map(Row, wide)), (PLACES,)),
            Layout(columns, tuple(map(Row, narrow)), (PLACES,)),
        )
    )


def _within(found: BeyondCalls) -> str:
    counts = [one.per_call for one in found.collections]
    if not counts:
        return MISSING
    if found.collections_share is not None or not any(counts):
        return f"{numbers.count(sum(counts))} a call, {numbers.share(found.collections_share)}"
    unknown = [str(one.generation) for one in found.collections if one.share is None]
    return f"{numbers.count(sum(counts))} a call, time of generation {' and '.join(unknown)} unknown"


def _later(found: BeyondCalls) -> str:
    later = found.later
    if later is None:
        return MISSING
    took = f"{numbers.duration(later.ms_per_call)}, {numbers.share(later.share)}"
    return f"{numbers.count(later.objects_per_call)} objects, {took}"


def _between(found: BeyondCalls) -> str:
    if found.between_us is None:
        return MISSING
    return f"{numbers.duration(found.between_us / 1e3)}, {numbers.share(found.between_share)}"
