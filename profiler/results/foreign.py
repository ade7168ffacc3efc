"""What someone else's profile or trace says, as frozen objects and as JSON of schema ``kprof.foreign/1``.

Shares are fractions of 1. What is not known is ``None`` (``null`` in JSON), never 0, and what a file does not
name is ``unknown``, never ``not called``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..attribution.foreign import profile_calls, trace_calls, trace_windows
from ..attribution.foreign.calls import Calls, CallSite, Part
from ..catalogue import catalogue
from ..catalogue.catalogue import TEARDOWN, Catalogue
from ..catalogue.recognition import FamilyMatch
from ..protocol import schemas
from ..protocol.errors import UsageError
from ..readers.findings import Finding
from ..readers.legacy import RuntimeTrace
from ..readers.pstats import Profile
from ..readers.xplane import Trace
from ..runs.foreign import Foreign

Interval = tuple[float, float]

MOST_TOTALS = 8
CALLS, CPU, SAMPLES, TRACE = "calls", "CPU time", "samples", "trace"
"""How a file measures: calls by the wall clock or by CPU time, samples of stacks, or every event's time."""


@dataclass(frozen=True)
class ForeignInternal:
    """One internal within an entry point's calls.

    ``presence`` is ``present`` or ``unknown``; ``bounds`` say between what the share lies; ``calls`` are its
    entries from outside in the whole file.
    """

    internal: str
    phase: str
    presence: str
    functions: tuple[str, ...]
    share: float | None
    bounds: Interval | None
    interval: Interval | None
    calls: int | None
    reason: str | None


@dataclass(frozen=True)
class ForeignCalls:
    """One entry point's calls, or the steps or the whole line where the file names no entry point.

    ``share`` is of the whole program or session; internals' shares are of the calls' own frames. ``windows``
    says what the calls are: ``frames``, ``steps`` or ``whole line``.
    """

    entry_point: str
    windows: str
    path: str
    line: int | None
    calls: int | None
    seconds: float | None
    share: float | None
    interval: Interval | None
    window_seconds: float | None
    nested_calls: int | None
    call_sites: tuple[CallSite, ...]
    internals: tuple[ForeignInternal, ...]
    phases: Mapping[str, float]
    compute: float | None
    reason: str | None


@dataclass(frozen=True)
class Total:
    """An event by name: how often, its time with all that it called, and its own."""

    name: str
    calls: int
    seconds: float
    self_seconds: float


@dataclass(frozen=True)
class ForeignFile:
    """What one file says.

    ``measure`` says how: ``calls``, ``CPU time``, ``samples`` or ``trace``; ``seconds`` is the time of the
    whole program or session, and ``samples`` their number where it was sampled.
    """

    path: str
    format: str
    session: str | None
    host: str | None
    sha256: str
    measure: str
    seconds: float | None
    samples: int | None
    family: FamilyMatch
    calls: tuple[ForeignCalls, ...]
    totals: tuple[Total, ...]
    findings: tuple[Finding, ...]

    @property
    def spoiled(self) -> str | None:
        """Why no share may be taken from it; None where one may."""
        return next((finding.text for finding in self.findings if finding.spoils_shares), None)


@dataclass(frozen=True)
class ForeignReport:
    """All that someone else's file or session says, one file a host."""

    name: str
    catalogue: str
    files: tuple[ForeignFile, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the report as the JSON object of schema ``kprof.foreign/1``."""
        return {"schema": schemas.FOREIGN, **dataclasses.asdict(self)}


def build(name: str, opened: tuple[Foreign, ...]) -> ForeignReport:
    """Return what files say.

    Args:
        name: what the user called them.
        opened: one file a host.
    """
    known = catalogue.load()
    return ForeignReport(name, known.id, tuple(_file(one, known) for one in opened))


def _file(foreign: Foreign, known: Catalogue) -> ForeignFile:
    if isinstance(foreign.tables, Profile):
        return _profile(foreign, foreign.tables, known)
    if isinstance(foreign.tables, Trace):
        return _trace(foreign, foreign.tables, known)
    if isinstance(foreign.tables, RuntimeTrace):
        return _runtime(foreign, foreign.tables)
    raise UsageError(f"is a {foreign.format} file, which tells nothing of predict", foreign.path)


def _profile(foreign: Foreign, profile: Profile, known: Catalogue) -> ForeignFile:
    found = profile_calls.find(profile, known, foreign.spoiled)
    sampled = profile.samples is not None
    return ForeignFile(
        str(foreign.path),
        foreign.format,
        foreign.session,
        foreign.host,
        foreign.sha256,
        SAMPLES if sampled else _clock(profile),
        None if sampled else found.total,
        round(found.total) if sampled else None,
        found.family,
        tuple(_calls(one, trace_windows.FRAMES, known) for one in found.calls),
        (),
        foreign.findings,
    )


def _clock(profile: Profile) -> str:
    """Return what the times of a profile are: those of the module ``profile`` are CPU time."""
    rows = zip(
        profile.functions.coded("path").decode(), profile.functions.array("line").tolist(), strict=True
    )
    return CPU if ("profile", 0) in rows else CALLS


def _trace(foreign: Foreign, trace: Trace, known: Catalogue) -> ForeignFile:
    found = trace_calls.find(trace, known, foreign.spoiled)
    windows = found.windows or trace_windows.WHOLE
    findings = [*foreign.findings, *_about_windows(found)]
    return ForeignFile(
        str(foreign.path),
        foreign.format,
        foreign.session,
        foreign.host,
        foreign.sha256,
        TRACE,
        found.seconds,
        None,
        found.family,
        tuple(_calls(one, windows, known) for one in found.calls),
        _totals(trace),
        tuple(findings),
    )


def _about_windows(found: trace_calls.TraceCalls) -> list[Finding]:
    """Return what there is to know of a trace whose calls are not marked by us."""
    said = []
    if found.windows == trace_windows.STEPS:
        said.append(
            Finding("no_predict", "names no entry point of Keras: the calls are the profiler's own steps")
        )
    if found.windows == trace_windows.WHOLE:
        text = "names neither an entry point of Keras nor steps: the whole line is taken as one call"
        said.append(Finding("no_calls", text))
    if found.threads > 1:
        text = f"calls on {found.threads} threads: those of the one with the most time are shown"
        said.append(Finding("several_threads", text))
    return said


def _runtime(foreign: Foreign, trace: RuntimeTrace) -> ForeignFile:
    ends = trace.events.array("start_ps") + trace.events.array("duration_ps")
    starts = trace.events.array("start_ps")
    seconds = (int(ends.max()) - int(starts.min())) / 1e12 if len(ends) else 0.0
    return ForeignFile(
        str(foreign.path),
        foreign.format,
        foreign.session,
        foreign.host,
        foreign.sha256,
        TRACE,
        seconds,
        None,
        FamilyMatch(None, 0, 0, reason=trace_calls.NO_PYTHON),
        (),
        _totals(trace),
        foreign.findings,
    )


def _calls(calls: Calls, windows: str, known: Catalogue) -> ForeignCalls:
    return ForeignCalls(
        calls.entry_point,
        windows,
        calls.path,
        calls.line,
        calls.calls,
        calls.seconds,
        calls.share,
        calls.interval,
        calls.window_seconds,
        calls.nested_calls,
        calls.call_sites,
        _internals(calls, known),
        calls.phases,
        calls.compute,
        calls.reason,
    )


def _internals(calls: Calls, known: Catalogue) -> tuple[ForeignInternal, ...]:
    """Return every internal but the entry point's own frame and what follows it."""
    found = []
    for internal in known.internals:
        if internal.id in (profile_calls.PREDICT, TEARDOWN):
            continue
        part = calls.parts.get(internal.id) or Part(None, reason=profile_calls.UNNAMED)
        there = (part.share or 0) > 0 or (part.bounds is not None and part.bounds[0] > 0)
        found.append(
            ForeignInternal(
                internal.id,
                internal.phase,
                "present" if there else "unknown",
                part.functions,
                part.share if there else None,
                part.bounds,
                part.interval if there else None,
                part.calls,
                part.reason or (None if there else "no time of it is known to lie within these calls"),
            )
        )
    return tuple(found)


def _totals(trace: Trace | RuntimeTrace) -> tuple[Total, ...]:
    """Return the runtime's and the kernels' events with the most time of their own, by name."""
    names = trace.events.coded("name")
    plain = np.array([*(not name.startswith("$") for name in names.values), False])
    rows = np.flatnonzero(plain[names.codes])
    codes = names.codes[rows]
    size = len(names.values)
    own = np.bincount(codes, trace.events.array("self_ps")[rows], size)
    whole = np.bincount(codes, trace.events.array("duration_ps")[rows], size)
    counts = np.bincount(codes, minlength=size)
    order = [code for code in np.argsort(-own, kind="stable").tolist() if counts[code]][:MOST_TOTALS]
    return tuple(
        Total(names.values[code], int(counts[code]), float(whole[code]) / 1e12, float(own[code]) / 1e12)
        for code in order
    )
