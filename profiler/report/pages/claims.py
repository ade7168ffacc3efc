"""The published claims and their verdicts as a table and as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...protocol import schemas
from ...results.document import Report
from ...study.claims import Judged, text
from ..blocks import Block
from ..formats import text_console
from ..numbers import plain
from . import remarks

INDENT = 3
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
            _indented(console, f"published: {claim.published}", INDENT)
            _indented(console, f"rule: {claim.rule}", INDENT)
            _results(console, [one for one in judged if one.claim == claim])
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


def _results(console: Console, rows: Sequence[Judged]) -> None:
    """Print a row for each release; in a window that is too narrow what was measured stands below it."""
    table = _table(rows)
    free = console.options.update(width=text_console.UNBOUNDED)
    if INDENT + Measurement.get(console, free, table).maximum <= console.width:
        console.print(Padding(table, (0, 0, 0, INDENT), expand=False))
        return
    for one in rows:
        _indented(console, f"{_where(one)}: {one.verdict}", INDENT)
        for line in (*_values(one), *([f"why: {one.reason}"] if one.reason else [])):
            _indented(console, line, 2 * INDENT)


def _indented(console: Console, line: str, indent: int) -> None:
    console.print(Padding(Text(plain(line)), (0, 0, 0, indent), expand=False))


def _table(rows: Sequence[Judged]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for _ in range(4):
        table.add_column(no_wrap=True)
    for one in rows:
        cells = (_where(one), "; ".join(_values(one)), one.verdict, one.reason or "")
        table.add_row(*map(plain, cells))
    return table


def _where(judged: Judged) -> str:
    return judged.release if judged.claimed_here else f"{judged.release} (asked again)"


def _values(judged: Judged) -> list[str]:
    return list(dict.fromkeys(f"{found.quantity}: {text(found)}" for found in judged.measured))
