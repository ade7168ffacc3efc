"""What to know about tables of several releases: what failed, what is open, and the warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...results.document import Report
from .. import numbers
from ..blocks import Block, Lines, Title
from .report_tables import failures as failed_captures
from .sections import PREDICT, sections


def remarks(report: Report, failures: Mapping[str, str]) -> tuple[Block, ...]:
    """Return the blocks that go below the tables of a report.

    Args:
        report: of a run over several environments.
        failures: release to the reason why it was not measured, or not to the end.
    """
    failed = [f"{release}: failed: {reason}" for release, reason in failures.items()]
    for section in sections(report):
        failed += [f"{section.environment}: {line}" for line in failed_captures(section)]
    warnings = tuple(dict.fromkeys(report.warnings))
    found = (("What failed", tuple(failed)), ("What is open", tuple(_open(report))), ("Warnings", warnings))
    return tuple(
        block for title, lines in found if lines for block in (Title(title), Lines(lines, "warning"))
    )


def _open(report: Report) -> Iterator[str]:
    """Say why a ratio of the two states has no interval or no verdict, once for all releases alike."""
    found: dict[tuple[str, str], list[str]] = {}
    for section in sections(report):
        for one in section.comparisons:
            variants = [section.variant(one.baseline), section.variant(one.candidate)]
            if any(variant is None or variant.entry_point != PREDICT for variant in variants):
                continue
            if one.interval is None:
                reason = f"no interval: {one.reason or 'no reason is known'}"
            elif one.more_seconds is not None:
                reason = f"{one.verdict}: {numbers.longer(one.more_seconds)}"
            elif one.reason:
                reason = f"{one.verdict}: {one.reason}"
            else:
                continue
            found.setdefault((section.workload, reason), []).append(section.environment)
    for (workload, reason), environments in found.items():
        yield f"{', '.join(dict.fromkeys(environments))}: compiled / uncompiled, {workload}: {reason}"
