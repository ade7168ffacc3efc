"""What someone else's profile or trace says, as frozen objects and as JSON of schema ``kprof.foreign/1``.

Shares are fractions of 1. What is not known is ``None`` (``null`` in JSON), never 0, and what a file does not
name is ``unknown``, never ``not called``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...attribution.foreign.calls import CallSite
from ...catalogue.recognition import FamilyMatch
from ...protocol import schemas
from ...readers.findings import Finding

Interval = tuple[float, float]

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
class Told:
    """What the tables of one file say.

    ``measure`` says how: ``calls``, ``CPU time``, ``samples`` or ``trace``; ``seconds`` is the time of the
    whole program or session, and ``samples`` their number where it was sampled. ``findings`` are those of the
    reading alone; what is wrong with the file is known before.
    """

    measure: str
    seconds: float | None
    samples: int | None
    family: FamilyMatch
    calls: tuple[ForeignCalls, ...] = ()
    totals: tuple[Total, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class ForeignFile:
    """One file: which it is, and what is `Told` by it, with all that is wrong."""

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
