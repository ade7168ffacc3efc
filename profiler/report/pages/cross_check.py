"""The part of a run's page that puts the instruments' shares side by side."""

from __future__ import annotations

from collections.abc import Iterator

from ...results.cross_check import DISAGREEMENT, apart, by_belief
from ...results.document import VariantReport
from .. import numbers
from ..blocks import Block, Column, Layout, Row, Table, Title
from ..numbers import MISSING
from .sections import instruments

MARK = "*"
BELIEVE = {
    "probes": "believe {first}, which hardly disturb: the others slow each Python function and lean to them",
    "tfprofiler": "believe {first}, whose tree is exact",
}


def blocks(variants: tuple[VariantReport, ...], which: str) -> Iterator[Block]:
    """Yield the shares of each instrument that gave some, the one to believe first; nothing for one alone."""
    names = with_shares(variants)
    if len(names) < 2:
        return
    marked = {one.id: _marked(one, names) for one in variants}
    note = _note(names[0]) if any(apart for apart in marked.values()) else None
    yield Title(f"The same predict{which} under each instrument", "shares; they overlap")
    yield Table(
        (
            _layout(variants, names, marked, note),
            # the narrow window has room for one state
            _layout(variants[-1:], names, marked, note),
        )
    )


def with_shares(variants: tuple[VariantReport, ...]) -> tuple[str, ...]:
    """Return the instruments that know some share of these variants, the one to believe first."""
    return by_belief(name for name in instruments(variants) if any(_shares(one, name) for one in variants))


def _shares(variant: VariantReport, instrument: str) -> dict[str, float]:
    """Return the shares that an instrument knows, by internal."""
    found = ((one.internal, one.measures.get(instrument)) for one in variant.internals)
    return {name: one.share for name, one in found if one is not None and one.share is not None}


def _marked(variant: VariantReport, names: tuple[str, ...]) -> set[tuple[str, str]]:
    """Return (instrument, internal) of the shares that contradict those to believe."""
    first = _shares(variant, names[0])
    return {(name, internal) for name in names[1:] for internal in apart(first, _shares(variant, name))}


def _note(first: str) -> str:
    why = BELIEVE.get(first, "believe neither").format(first=first)
    return f"{MARK} differs from {first} by more than {DISAGREEMENT * 100:.0f} points: {why}"


def _layout(
    variants: tuple[VariantReport, ...],
    names: tuple[str, ...],
    marked: dict[str, set[tuple[str, str]]],
    note: str | None,
) -> Layout:
    heads = [
        f"{one.compile_state}, {names[0]}" if place == 0 else name
        for one in variants
        for place, name in enumerate(names)
    ]
    shares = {(one.id, name): _shares(one, name) for one in variants for name in names}
    known = dict.fromkeys(internal.internal for one in variants for internal in one.internals)
    rows = [
        Row(
            (
                internal,
                *(
                    _cell(shares[one.id, name].get(internal), (name, internal) in marked[one.id])
                    for one in variants
                    for name in names
                ),
            )
        )
        for internal in known
        if any(internal in found for found in shares.values())
    ]
    columns = (Column("internal", "text"), *map(Column, heads))
    return Layout(columns, tuple(rows), () if note is None else (note,))


def _cell(share: float | None, is_marked: bool) -> str:
    if share is None:
        return MISSING
    return f"{numbers.share(share)} {MARK}" if is_marked else numbers.share(share)
