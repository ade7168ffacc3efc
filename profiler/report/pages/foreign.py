"""The page of someone else's profile or trace: the answer, what is wrong with it, shares, the family."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...attribution.foreign.calls import FRAMES
from ...results.foreign.document import (
    CPU,
    SAMPLES,
    TRACE,
    ForeignCalls,
    ForeignFile,
    ForeignInternal,
    ForeignReport,
)
from .. import numbers
from ..blocks import Bar, Block, Column, Layout, Lines, Records, Row, Table, Title, Value, table
from ..numbers import MISSING
from .foreign_headline import headline

LEGEND = (
    "FILE:LINE is a function's first line. share: time with it on the stack over the time of the calls' own"
    " frames; shares overlap. A range: other calls reach it too, and the share lies in it. unknown: the file"
    " does not name it or cannot tell, which does not mean that it was not called; -: not known."
)
HEADER = ("host", "entry_point", "quantity", "subject", "value", "low", "high", "unit", "note")
MEASURES = {
    CPU: "CPU time, as the module profile measures it",
    SAMPLES: "samples of the stack",
    TRACE: "events of the TensorFlow profiler",
}


@dataclass(frozen=True)
class ForeignPage:
    """All that someone else's file says."""

    report: ForeignReport

    @property
    def title(self) -> str:
        """What the user called the file."""
        return self.report.name

    def blocks(self) -> Iterator[Block]:
        """Yield for each host the answer, what is wrong, the tables and how the release was recognised."""
        several = len(self.report.files) > 1
        for file in self.report.files:
            if several:
                yield Title(f"host {file.host}", f"session {file.session}")
            yield from _file(file)
        yield Lines((LEGEND, f"file {self.report.name}; catalogue {self.report.catalogue}"), "legend")

    def document(self) -> dict[str, Any]:
        """Return the report's JSON object."""
        return self.report.to_json()

    def records(self) -> Records:
        """Return the report's numbers, one a row."""
        return Records(HEADER, (row for file in self.report.files for row in _records(file)))


def page(report: ForeignReport) -> ForeignPage:
    """Return the page of someone else's file."""
    return ForeignPage(report)


def _file(file: ForeignFile) -> Iterator[Block]:
    yield Lines(headline(file), "headline")
    if file.findings:
        yield Title("What to know about the file")
        yield Lines(tuple(map(str, file.findings)), "warning")
    if len(file.calls) > 1 or any(len(one.call_sites) > 1 for one in file.calls):
        yield Title("Who calls Keras", "share: of the whole program")
        yield _entry_points(file)
    yield from _internals(file)
    for one in file.calls:
        if one.phases:
            yield Title(f"{_name(one)} by phase", "phases sum to 100 %")
            rows = ((name, Bar(share), numbers.share(share)) for name, share in one.phases.items())
            columns = (Column("phase", "text"), Column("", "bar"), Column("share"))
            yield table(*columns, rows=rows, style="bare")
    if file.totals:
        yield Title("TensorFlow's runtime and kernels", "all threads; the most time of their own first")
        yield _totals(file)
    yield Title("Which release")
    yield Lines(_family(file), "text")
    yield Lines((_facts(file),), "facts")


def _name(one: ForeignCalls) -> str:
    return f"each {one.entry_point}" if one.windows == FRAMES else one.entry_point


def _entry_points(file: ForeignFile) -> Table:
    rows = []
    for one in file.calls:
        sites = one.call_sites or (None,)
        for number, site in enumerate(sites):
            first = number == 0
            known = None if site is None else site.calls
            where = MISSING if site is None else f"{site.path}:{site.line} {site.name}"
            rows.append(
                (
                    one.entry_point if first else "",
                    numbers.count(one.calls) if first and len(sites) == 1 else numbers.count(known),
                    _seconds(one.seconds) if first else "",
                    numbers.share(one.share) if first else "",
                    where,
                )
            )
    columns = (Column("entry point", "text", True), Column("calls"), Column("time"), Column("share"))
    return table(*columns, Column("called from", "text"), rows=rows)


def _internals(file: ForeignFile) -> Iterator[Block]:
    """Yield the table of shares, an entry point a column, and what is unknown below it."""
    shown = [one for one in file.calls if any(_known(part) for part in one.internals)]
    if not shown:
        return
    names = [part.internal for part in shown[0].internals]
    some = [name for name in names if any(_known(_of(one, name)) for one in shown)]
    yield Title(f"Where {shown[0].entry_point} spends its time", "shares of the calls' frames; they overlap")
    layouts = [_layout(shown, some)]
    if len(shown) > 1:
        others = ", ".join(one.entry_point for one in shown[1:])
        alone = _layout(shown[:1], some)
        layouts.append(replace(alone, notes=(f"a wider window shows {others} too",)))
    yield Table(tuple(layouts))
    yield Lines(tuple(_unknown(shown)))


def _layout(shown: list[ForeignCalls], names: list[str]) -> Layout:
    bar = (Column("", "bar"),) if len(shown) == 1 else ()
    shares = tuple(Column("share" if len(shown) == 1 else one.entry_point) for one in shown)
    columns = (Column("internal", "text", True), *shares, *bar, Column("calls in the file"))
    rows = []
    for name in names:
        parts = [_of(one, name) for one in shown]
        bars = (Bar(parts[0].share),) if bar else ()
        rows.append(Row((name, *map(_share, parts), *bars, numbers.count(parts[0].calls))))
    return Layout(columns, tuple(rows))


def _unknown(shown: list[ForeignCalls]) -> Iterator[str]:
    """Yield why shares are not known, the internals of one reason together."""
    reasons: dict[str, dict[str, None]] = {}
    for one in shown:
        for part in one.internals:
            if part.share is None and part.reason:
                reasons.setdefault(part.reason, {})[part.internal] = None
    for reason, names in reasons.items():
        yield f"unknown: {', '.join(names)}: {reason}"


def _of(calls: ForeignCalls, internal: str) -> ForeignInternal:
    return next(part for part in calls.internals if part.internal == internal)


def _known(part: ForeignInternal) -> bool:
    return part.share is not None or (part.bounds is not None and part.bounds[0] > 0)


def _share(part: ForeignInternal) -> str:
    if part.share is not None:
        return numbers.share(part.share) + _plus_minus(part.interval)
    if part.bounds is not None and part.bounds[0] > 0:
        low, high = math.floor(part.bounds[0] * 100), math.ceil(part.bounds[1] * 100)
        return f"{low}..{high} %"
    return part.presence


def _plus_minus(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f" ({interval[0] * 100:.0f}..{interval[1] * 100:.0f})"


def _totals(file: ForeignFile) -> Table:
    rows = (
        (one.name, numbers.count(one.calls), _seconds(one.self_seconds), _seconds(one.seconds))
        for one in file.totals
    )
    return table(Column("event", "text"), Column("calls"), Column("own time"), Column("time"), rows=rows)


def _seconds(value: float | None) -> str:
    return MISSING if value is None else numbers.duration(value * 1e3)


def _family(file: ForeignFile) -> tuple[str, ...]:
    match = file.family
    if match.family is None:
        return (f"unknown: {match.reason}",)
    next_best = (
        f"; {match.runner_up}, the next best, has {match.runner_up_matched}" if match.runner_up else ""
    )
    of = f"{match.matched} of the {match.named} functions of the catalogue that the file names"
    return (f"{match.family}: it has {of}{next_best}",)


def _facts(file: ForeignFile) -> str:
    parts = [
        file.path,
        file.format,
        MEASURES.get(file.measure, ""),
        "" if file.samples is None else f"{file.samples} samples",
        "" if file.seconds is None else f"{_seconds(file.seconds)} in all",
        f"session {file.session}" if file.session else "",
        f"host {file.host}" if file.host else "",
        f"sha256 {file.sha256[:12]}",
    ]
    return ", ".join(part for part in parts if part)


def _records(file: ForeignFile) -> Iterator[tuple[Value, ...]]:
    host = file.host
    yield (host, "", "time", "whole", file.seconds, None, None, "s", file.measure)
    for one in file.calls:
        sites = "; ".join(f"{site.path}:{site.line} {site.name}" for site in one.call_sites)
        yield (host, one.entry_point, "calls", one.windows, one.calls, None, None, "", sites)
        yield (host, one.entry_point, "time", one.windows, one.seconds, None, None, "s", one.reason or "")
        low, high = one.interval or (None, None)
        yield (host, one.entry_point, "share", "of the program", one.share, low, high, "1", one.reason or "")
        for part in one.internals:
            low, high = part.interval or part.bounds or (None, None)
            note = part.reason or part.presence
            yield (host, one.entry_point, "share", part.internal, part.share, low, high, "1", note)
    for total in file.totals:
        yield (host, "", "own time", total.name, total.self_seconds, None, None, "s", "")
