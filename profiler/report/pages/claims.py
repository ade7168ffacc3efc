"""The page of the published study's claims: what was published, what was measured, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...protocol import schemas
from ...results.document import Report
from ...study.claims import Claim, Judged
from ..blocks import Block, Column, Layout, Lines, Records, Row, Table, Title
from .findings import because, finding_json, value_text
from .remarks import remarks

PRINTED = ("number", "text", "published", "releases", "rule")
FIELDS = ("claim", "environment", "release", "claimed_here", "quantity", "value", "verdict", "reason")


@dataclass(frozen=True)
class ClaimsPage:
    """The verdicts on the study's claims by one run, and what failed of it: release -> reason."""

    judged: tuple[Judged, ...]
    failures: Mapping[str, str]
    report: Report

    title = "The published study's claims"

    def blocks(self) -> Iterator[Block]:
        """Yield each claim with a row for each release, then what must be known with them."""
        for claim, judged in self._by_claim():
            yield Title(f"{claim.number}. {claim.text}")
            yield Lines((f"published: {claim.published}", f"rule: {claim.rule}"), "text", depth=1)
            yield _results(judged)
        yield from remarks(self.report, self.failures)

    def document(self) -> dict[str, Any]:
        """Return the claims, the measured values and the verdicts as one JSON object."""
        return {
            "schema": schemas.CLAIMS,
            "run": self.report.run,
            "failures": dict(self.failures),
            "warnings": list(self.report.warnings),
            "claims": [
                {
                    **{name: getattr(claim, name) for name in PRINTED},
                    "results": [_result(one) for one in judged],
                }
                for claim, judged in self._by_claim()
            ],
        }

    def records(self) -> Records:
        """Return a row for each quantity that a claim needs, in each environment."""
        return Records(
            FIELDS,
            (
                (
                    one.claim.number,
                    one.environment,
                    one.release,
                    one.claimed_here,
                    finding.quantity,
                    value_text(finding),
                    one.verdict,
                    because(one.reason),
                )
                for one in self.judged
                for finding in one.measured
            ),
        )

    def _by_claim(self) -> Iterator[tuple[Claim, list[Judged]]]:
        for claim in dict.fromkeys(one.claim for one in self.judged):
            yield claim, [one for one in self.judged if one.claim == claim]


def page(judged: Sequence[Judged], failures: Mapping[str, str], report: Report) -> ClaimsPage:
    """Return the page of the study's claims.

    Args:
        judged: the verdicts.
        failures: release -> why it was not measured, or not to the end.
        report: what the verdicts are derived from.
    """
    return ClaimsPage(tuple(judged), failures, report)


def _result(judged: Judged) -> dict[str, Any]:
    return {
        "environment": judged.environment,
        "release": judged.release,
        "claimed_here": judged.claimed_here,
        "measured": [finding_json(finding) for finding in judged.measured],
        "verdict": judged.verdict,
        "reason": because(judged.reason),
    }


def _results(judged: Sequence[Judged]) -> Table:
    """Return a row for each release, or lines where that is too wide."""
    rows = tuple(
        Row((_where(one), "; ".join(_values(one)), one.verdict, because(one.reason) or "")) for one in judged
    )
    # a column without any text would make the others fold
    columns = tuple(
        Column(header, "text", whole=True) for header in ("release", "measured", "verdict", "why")
    )
    layout = Layout(columns, rows)
    return Table((layout,), "bare", depth=1, otherwise=tuple(_below(judged)))


def _below(judged: Sequence[Judged]) -> Iterator[Lines]:
    for one in judged:
        why = because(one.reason)
        yield Lines((f"{_where(one)}: {one.verdict}",), "text", depth=1)
        yield Lines((*_values(one), *([f"why: {why}"] if why else [])), "text", depth=2)


def _where(judged: Judged) -> str:
    return judged.release if judged.claimed_here else f"{judged.release} (asked again)"


def _values(judged: Judged) -> list[str]:
    return list(dict.fromkeys(f"{found.quantity}: {value_text(found)}" for found in judged.measured))
