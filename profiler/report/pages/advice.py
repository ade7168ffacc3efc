"""The page of the advice: the answer and its diff first, then every way that was tried."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...advice.document import Advice, CandidateAdvice
from ...protocol.vocabulary import counted
from .. import numbers
from ..blocks import Block, Cell, Column, Layout, Lines, Marked, Records, Row, Table, Title
from ..numbers import MISSING


@dataclass(frozen=True)
class AdvicePage:
    """What to call instead of predict."""

    advice: Advice

    title = "What to call instead of predict"

    def blocks(self) -> Iterator[Block]:
        """Yield the recommendation with its diff, then the table of all ways, then notes on the model."""
        found = self.advice
        yield Lines((_headline(found),), "headline")
        if found.diff is not None:
            yield Lines(tuple(found.diff.splitlines()), "text")
        yield Lines(tuple(_facts(found)), "text")
        yield Title(
            f"Ways to the same prediction of {found.workload} on {found.environment}",
            f"{found.rows} a call, predict takes {_predict(found)}",
        )
        yield _table(found)
        yield Lines(tuple(_remarks(found)))
        if found.notes:
            yield Lines(found.notes, "warning")

    def document(self) -> dict[str, Any]:
        """Return the advice as a JSON object."""
        return self.advice.to_json()

    def records(self) -> Records:
        """Return a row for each way that was tried."""
        names = tuple(
            field.name
            for field in dataclasses.fields(CandidateAdvice)
            if field.name not in ("interval", "outputs")
        )
        header = (*names, "interval_low", "interval_high", "equal", "max_abs", "max_rel", "max_ulp", "note")
        rows = (
            (
                *(getattr(one, name) for name in names),
                *(one.interval or (None, None)),
                one.outputs.equal,
                one.outputs.max_abs,
                one.outputs.max_rel,
                one.outputs.max_ulp,
                one.outputs.note,
            )
            for one in self.advice.candidates
        )
        return Records(header, rows)


def page(advice: Advice) -> AdvicePage:
    """Return the page of an advice."""
    return AdvicePage(advice)


def _headline(found: Advice) -> str:
    if found.recommended is None or found.gain is None:
        return f"{found.workload}: {found.why}."
    gain = f"{numbers.ratio(found.gain.ratio)} times as fast"
    interval = f" ({numbers.interval(found.gain.interval)})" if found.gain.interval else ""
    return f"{found.workload}: call {found.recommended}, {gain}{interval}, {found.condition}."


def _facts(found: Advice) -> Iterator[str]:
    chosen = next((one for one in found.candidates if one.id == found.recommended), None)
    if chosen is None:
        return
    yield f"why: {found.why}"
    if chosen.one_time_ms is not None and chosen.break_even_calls is not None:
        calls = counted(chosen.break_even_calls, "call")
        yield f"once: {numbers.duration(chosen.one_time_ms)}, paid back after {calls}"


def _predict(found: Advice) -> str:
    return MISSING if found.baseline_ms is None else numbers.duration(found.baseline_ms)


def _table(found: Advice) -> Table:
    columns = (
        Column("", "text", whole=True),
        Column("ms"),
        Column("ratio"),
        Column("interval", "text"),
        Column("verdict", "text"),
        Column("outputs", "text"),
        Column("once, ms"),
        Column("pays after"),
        Column("holds"),
    )
    few = (*columns[:6],)
    wide = [_row(one, found) for one in found.candidates]
    narrow = [Row(row.cells[:6], row.faint) for row in wide]
    return Table((Layout(columns, tuple(wide)), Layout(few, tuple(narrow))))


def _row(one: CandidateAdvice, found: Advice) -> Row:
    name: Cell = Marked(one.id, "strong") if one.id == found.recommended else one.id
    if one.ratio is None:
        return Row((name, one.status, *([MISSING] * 7)), faint=True)
    return Row(
        (
            name,
            numbers.milliseconds(one.call_ms),
            numbers.ratio(one.ratio),
            numbers.interval(one.interval),
            one.verdict or MISSING,
            _equal(one),
            numbers.milliseconds(one.one_time_ms),
            MISSING if one.break_even_calls is None else str(one.break_even_calls),
            MISSING if one.memory_bytes is None else numbers.size(one.memory_bytes),
        )
    )


def _equal(one: CandidateAdvice) -> str:
    if one.outputs.equal is None:
        return "unknown"
    if not one.outputs.equal:
        return "differ"
    return "equal" if not one.outputs.max_ulp else f"equal ({one.outputs.max_ulp} ULP)"


def _remarks(found: Advice) -> Iterator[str]:
    """Yield what the table needs to be read: why a way has no number, differs, or is not recommended."""
    yield "ratio: time over predict's for one input; once: what comes once; pays after so many calls"
    for one in found.candidates:
        if one.status != "ok" or one.reason is not None:
            yield f"{one.id}: {one.reason or one.status}"
        if one.outputs.equal is not True and one.outputs.note:
            yield f"{one.id}: outputs: {one.outputs.note}"
    if found.wait is not None:
        wait = found.wait
        yield (
            f"predict: what it built is freed after its frame, and that waits {wait.milliseconds:.0f} ms in "
            f"{wait.calls} of {wait.of_calls} calls"
        )
