"""The part of a run's page that compares two sides, which were measured in turn."""

from __future__ import annotations

from collections.abc import Iterator

from ...results.document import Comparison, Interval, Report, Sides, VariantReport
from .. import numbers
from ..blocks import Block, Column, Layout, Lines, Row, Table, Title
from ..numbers import MISSING
from . import outputs
from .sections import key, sections

FRAME = "  until its frame ends"


def headline(report: Report) -> Iterator[str]:
    """Yield a sentence a workload: how this compares with the base."""
    if report.sides is None:
        return
    found = {one.candidate: one for one in report.across}
    for section in sections(report):
        subject = section.subject()
        compared = None if subject is None else found.get(key(subject))
        if subject is None or compared is None:
            continue
        interval = f"{numbers.interval(compared.interval)}; " if compared.interval else ""
        verdict = f"{interval}verdict: {compared.verdict or 'none'}"
        yield (
            f"{section.workload} against {_base(report.sides)}: one {subject.compile_state} predict takes "
            f"{numbers.ratio(compared.ratio)} times as long ({verdict})."
        )


def blocks(report: Report) -> Iterator[Block]:
    """Yield each variant of this beside the same of the base; nothing where there is one side."""
    sides = report.sides
    if sides is None:
        return
    variants = {key(one): one for one in report.variants}
    found = report.across
    yield Title(
        f"This against {_base(sides)}",
        f"{sides.this} against {sides.base}, measured in turn; ratio: time over the base's",
    )
    if not found:
        yield Lines(("no variant was timed on both sides",), "warning")
        return
    rows = [row for one in found for row in _rows(one, variants[one.baseline], variants[one.candidate])]
    measured = map(Column, ("base, ms", "this, ms", "ratio", "interval", "verdict"))
    wide = (Column("variant", "text"), *measured)
    narrow = (wide[0], *wide[3:])
    yield Table(
        (
            Layout(wide, tuple(map(Row, rows))),
            Layout(narrow, tuple(Row((row[0], *row[3:])) for row in rows)),
        )
    )
    said = [text for one in found if (text := _said(one))]
    if said:
        yield Lines(tuple(said))


def _base(sides: Sides) -> str:
    commit = "" if sides.commit is None else f", commit {sides.commit[:12]}"
    return f"the base ({sides.spec}{commit})"


def _rows(one: Comparison, base: VariantReport, this: VariantReport) -> Iterator[tuple[str, ...]]:
    """Yield the row of a variant, and where calls of it have two modes that of its frames."""
    medians = (side.latency_ms.median if side.latency_ms else None for side in (base, this))
    yield (this.id, *map(numbers.milliseconds, medians), *_ratio(one.ratio, one.interval, one.verdict))
    splits = [side.split for side in (base, this) if side.split is not None]
    if one.frame is not None and len(splits) == 2 and any(split.modes for split in splits):
        frame = one.frame
        times = (numbers.milliseconds(split.frame_ms) for split in splits)
        yield (FRAME, *times, *_ratio(frame.ratio, frame.interval, frame.verdict))


def _ratio(ratio: float, interval: Interval | None, verdict: str | None) -> tuple[str, str, str]:
    return numbers.ratio(ratio), numbers.interval(interval), verdict or MISSING


def _said(one: Comparison) -> str | None:
    """Return what is to be known beside a ratio: what it lacks, what could have been found, and remarks."""
    longer = None if one.more_seconds is None else numbers.longer(one.more_seconds)
    detectable = one.detectable and f"{numbers.change(one.detectable)} would have been found 8 of 10 times"
    known = [text for text in (one.reason, longer, detectable, *one.remarks) if text]
    mark = f"{outputs.MARK} " if outputs.is_unlike(one) else ""
    return f"{mark}{one.candidate.partition(':')[2]}: {'; '.join(known)}" if known else None
