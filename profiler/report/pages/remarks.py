"""What must be known beside a table over several releases: what failed, and what to be careful with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ...results.document import Report
from .. import numbers
from ..blocks import Block, Lines, Title
from ..numbers import plain
from . import tables
from .sections import PREDICT, sections

INDENT = 2


def remarks(report: Report, failures: Mapping[str, str]) -> tuple[Block, ...]:
    """Return what stands below a table that was drawn from a report.

    Args:
        report: of a run over several environments.
        failures: release to the reason why it was not measured, or not to the end.
    """
    failed = [f"{release}: failed: {reason}" for release, reason in failures.items()]
    for section in sections(report):
        failed += [f"{section.environment}: {line}" for line in tables.failures(section)]
    warnings = tuple(dict.fromkeys(report.warnings))
    found = (("What failed", tuple(failed)), ("What is open", tuple(_open(report))), ("Warnings", warnings))
    return tuple(
        block for title, lines in found if lines for block in (Title(title), Lines(lines, "warning"))
    )


def draw(console: Console, blocks: Sequence[Block]) -> None:
    """Print such blocks, lines folded between words where they must be."""
    for block in blocks:
        if isinstance(block, Title):
            console.print()
            console.print(Text(plain(block.text), style="bold"))
        elif isinstance(block, Lines):
            for line in block.lines:
                console.print(Padding(Text(f"- {plain(line)}"), (0, 0, 0, INDENT), expand=False))


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
                longer = numbers.duration(one.more_seconds * 1e3)
                reason = f"{one.verdict}: {longer} more of measuring would decide"
            elif one.reason:
                reason = f"{one.verdict}: {one.reason}"
            else:
                continue
            found.setdefault((section.workload, reason), []).append(section.environment)
    for (workload, reason), environments in found.items():
        yield f"{', '.join(dict.fromkeys(environments))}: compiled / uncompiled, {workload}: {reason}"
