"""Compares someone else's files, or one with a run: differences of shares, and no verdict.

A verdict rests on processes that were measured again; a file of another profiler holds one program.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..protocol import schemas
from ..protocol.errors import UsageError
from ..results.document import Report, VariantReport
from ..results.foreign.document import CALLS, CPU, SAMPLES, TRACE, ForeignCalls, ForeignReport
from ..runs.record import Durations, RunRecord
from ..runs.selection import DEFAULT

NO_VERDICT = (
    "no verdict: a file holds one program and no processes to tell a change from chance by; measure both"
    " sides with kprof run for one"
)
WORDS = {
    CALLS: "cProfile's calls by the wall clock",
    CPU: "CPU time",
    SAMPLES: "samples",
    TRACE: "a trace of the TensorFlow profiler",
}
INSTRUMENTS = {CALLS: "cprofile", TRACE: "tfprofiler"}
PREDICT = "predict"
ROUNDING = 1 + 1e-6
UNCOUNTED = "samples count no calls"
NO_CALLS = "it is no call that was counted"


@dataclass(frozen=True)
class Shares:
    """One entry point on one side: its calls, s a call, and each internal's share or why there is none.

    ``reason`` says why the time a call is unknown.
    """

    entry_point: str
    calls: int | None
    seconds_a_call: float | None
    reason: str | None
    shares: Mapping[str, float | None]
    reasons: Mapping[str, str | None]


@dataclass(frozen=True)
class ForeignSide:
    """One side: what the user called it with what it is of, how it measures, and its entry points."""

    name: str
    measure: str
    entries: tuple[Shares, ...]


@dataclass(frozen=True)
class ShareChange:
    """An internal on both sides; ``difference`` is after minus before, None where either is unknown."""

    internal: str
    before: float | None
    after: float | None
    difference: float | None
    reason: str | None


@dataclass(frozen=True)
class EntryChange:
    """An entry point on both sides; times are s a call under the profiler, ``reason`` why one is unknown."""

    entry_point: str
    calls_before: int | None
    calls_after: int | None
    seconds_a_call_before: float | None
    seconds_a_call_after: float | None
    internals: tuple[ShareChange, ...]
    reason: str | None = None


@dataclass(frozen=True)
class ForeignComparison:
    """Two files, or a file and a run, side by side."""

    before: str
    after: str
    measure: str
    entries: tuple[EntryChange, ...]
    note: str = NO_VERDICT

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as the JSON object of schema ``kprof.differences/1``."""
        return {"schema": schemas.DIFFERENCES, **dataclasses.asdict(self)}


def of_file(report: ForeignReport) -> ForeignSide:
    """Return the side of someone else's file.

    Raises:
        UsageError: it has several hosts, or what is wrong with it spoils its shares.
    """
    if len(report.files) > 1:
        raise UsageError("holds several hosts", report.name, "name one host's file")
    (file,) = report.files
    if file.spoiled is not None:
        raise UsageError(f"no share can be taken from it: {file.spoiled}", report.name)
    parts = (("session", file.session), ("host", file.host))
    of = ", ".join(f"{kind} {name}" for kind, name in parts if name)
    name = f"{report.name} ({of})" if of else report.name
    return ForeignSide(name, file.measure, tuple(_of_calls(one, file.measure) for one in file.calls))


def _of_calls(calls: ForeignCalls, measure: str) -> Shares:
    known = calls.seconds is not None and calls.calls
    return Shares(
        calls.entry_point,
        calls.calls,
        (calls.seconds or 0.0) / (calls.calls or 1) if known else None,
        None if known else UNCOUNTED if measure == SAMPLES else calls.reason or NO_CALLS,
        {part.internal: part.share for part in calls.internals},
        {part.internal: part.reason for part in calls.internals},
    )


def of_run(run: RunRecord, report: Report, like: ForeignSide) -> ForeignSide:
    """Return the side of a run: its compiled predict of tiny, else its first predict, measured like a file.

    A run's shares and times are of the whole call, with what follows the frame; here they are of the frame.

    Raises:
        UsageError: no instrument measures like the file, or the run has no shares under it.
    """
    instrument = INSTRUMENTS.get(like.measure)
    if instrument is None:
        raise UsageError(f"no instrument of kprof measures {WORDS[like.measure]}", like.name)
    found = sorted(
        (one for one in report.variants if one.entry_point == PREDICT and _frame(one, instrument)),
        key=lambda one: (one.workload, one.compile_state, one.entry_point) != DEFAULT,
    )
    if not found:
        raise UsageError(f"has no shares of predict under {instrument}", report.run)
    variant = found[0]
    frame = _frame(variant, instrument) or 1.0
    shares: dict[str, float | None] = {}
    reasons: dict[str, str | None] = {}
    for internal in variant.internals:
        measure = internal.measures.get(instrument)
        share = None if measure is None else measure.share
        reasons[internal.internal] = internal.presence if measure is None else measure.reason
        if share is not None and share > frame * ROUNDING:
            share, reasons[internal.internal] = None, "it ran beside predict's own frame too"
        shares[internal.internal] = None if share is None else share / frame
    name = f"{report.run} ({variant.id})"
    durations = _durations_ns(run, variant, instrument)
    seconds = float(durations.mean()) * frame / 1e9
    return ForeignSide(name, like.measure, (Shares(PREDICT, len(durations), seconds, None, shares, reasons),))


def _durations_ns(run: RunRecord, variant: VariantReport, instrument: str) -> Durations:
    """Return the calls of the capture that a variant's shares under an instrument are from."""
    return next(
        one.durations_ns()
        for one in run.captures
        if (one.environment, one.variant.id) == (variant.environment, variant.id)
        and one.instrument == instrument
        and one.usable
    )


def _frame(variant: VariantReport, instrument: str) -> float | None:
    """Return the share of the call that the entry point's own frame has."""
    found = next((one for one in variant.internals if one.internal == PREDICT), None)
    measure = found.measures.get(instrument) if found else None
    return measure.share if measure else None


def compare(before: ForeignSide, after: ForeignSide) -> ForeignComparison:
    """Return what differs between two sides.

    Raises:
        UsageError: they measure unlike things, or have no entry point in common.
    """
    if before.measure != after.measure:
        what = f"{WORDS[before.measure]} cannot be compared with {WORDS[after.measure]}"
        raise UsageError(what, f"{before.name} and {after.name}", "take both with the same profiler")
    old = {one.entry_point: one for one in before.entries}
    new = {one.entry_point: one for one in after.entries}
    common = [name for name in old if name in new]
    if not common:
        raise UsageError("have no entry point of Keras in common", f"{before.name} and {after.name}")
    changes = tuple(_entry(old[name], new[name]) for name in common)
    if not any(map(_says_something, changes)):
        what = "hold no time a call and no share that both sides know"
        raise UsageError(what, f"{before.name} and {after.name}", "`kprof report` says of each what it holds")
    return ForeignComparison(before.name, after.name, before.measure, changes)


def _says_something(change: EntryChange) -> bool:
    times = change.seconds_a_call_before, change.seconds_a_call_after
    return None not in times or any(one.difference is not None for one in change.internals)


def _entry(old: Shares, new: Shares) -> EntryChange:
    names = [name for name in old.shares if name in new.shares]
    sides = (("before", old), ("after", new))
    return EntryChange(
        old.entry_point,
        old.calls,
        new.calls,
        old.seconds_a_call,
        new.seconds_a_call,
        tuple(_change(name, old, new) for name in names),
        next((f"{side}: {one.reason}" for side, one in sides if one.reason), None),
    )


def _change(name: str, old: Shares, new: Shares) -> ShareChange:
    before, after = old.shares[name], new.shares[name]
    difference = None if before is None or after is None else after - before
    sides = (("before", before, old), ("after", after, new))
    reason = next((f"{side}: {one.reasons[name]}" for side, share, one in sides if share is None), None)
    return ShareChange(name, before, after, difference, reason)
