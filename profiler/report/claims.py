"""The published claims and their verdicts as a table and as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from ..advice.claims import Judged, text
from ..protocol import schemas
from . import remarks, text_console
from .blocks import Block
from .document import Report
from .numbers import plain

PRINTED = ("number", "text", "published", "releases", "rule")


def render(judged: Sequence[Judged], below: Sequence[Block], width: int | None = None) -> str:
    """Return one block a claim: what was published, the rule, and a row for each release measured.

    ``below`` is what must be known with them.
    """
    console = text_console.make(width)
    with console.capture() as captured:
        for number, claim in enumerate(dict.fromkeys(one.claim for one in judged)):
            if number:
                console.print()
            console.print(plain(f"{claim.number}. {claim.text}"))
            console.print(plain(f"   published: {claim.published}"))
            console.print(plain(f"   rule: {claim.rule}"))
            console.print(_table([one for one in judged if one.claim == claim]))
        remarks.draw(console, below)
    return text_console.without_trailing_blanks(captured.get())


def to_json(judged: Sequence[Judged], failures: Mapping[str, str], report: Report) -> dict[str, Any]:
    """Return the claims, the measured values and the verdicts as one JSON object."""
    return {
        "schema": schemas.CLAIMS,
        "run": report.run,
        "failures": dict(failures),
        "warnings": list(report.warnings),
        "claims": [
            {
                **{name: getattr(claim, name) for name in PRINTED},
                "results": [_result(one) for one in judged if one.claim == claim],
            }
            for claim in dict.fromkeys(one.claim for one in judged)
        ],
    }


def _result(judged: Judged) -> dict[str, Any]:
    return {
        "environment": judged.environment,
        "release": judged.release,
        "claimed_here": judged.claimed_here,
        "measured": [dataclasses.asdict(finding) for finding in judged.measured],
        "verdict": judged.verdict,
        "reason": judged.reason,
    }


def _table(rows: Sequence[Judged]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 3), show_header=False)
    for _ in range(4):
        table.add_column(overflow="fold")
    for one in rows:
        where = one.release if one.claimed_here else f"{one.release} (asked again)"
        values = dict.fromkeys(f"{found.quantity}: {text(found)}" for found in one.measured)
        table.add_row(plain(where), plain("; ".join(values)), one.verdict, plain(one.reason or ""))
    return table
