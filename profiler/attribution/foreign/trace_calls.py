"""Keras's calls in a trace that someone else made, and the internals' exact shares within them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from ...catalogue import recognition
from ...catalogue.catalogue import TEARDOWN, Catalogue, Family
from ...catalogue.presence import Place, Resolution
from ...catalogue.recognition import FamilyMatch, Named
from ...protocol.errors import Unusable
from ...readers.xplane import Trace
from ...readers.xplane.quality import cut_rows
from ..call_shares import outermost
from ..share import Share
from ..trace import compute, exact
from ..trace.compute import Stated
from ..trace.exact import Exact
from ..trace.marked_calls import Ints, MarkedLine, Marks, Recorded
from ..trace.python_events import check_python_events
from . import trace_windows
from .calls import FRAMES, WHOLE, Calls, Part
from .trace_windows import Windows

NO_PYTHON = "the trace holds no Python calls"
UNNAMED = "the trace names none of its functions within these calls"
AMBIGUOUS = "the trace names several functions {name} in {file}, and not which of them it is"
PS_A_SECOND = 1e12


@dataclass(frozen=True)
class TraceCalls:
    """What a trace says: the family that it fits, the calls, and how long it is, in s.

    ``windows`` is what the calls are: frames, steps or the whole line; None in an empty trace.
    """

    family: FamilyMatch
    calls: tuple[Calls, ...]
    seconds: float
    windows: str | None
    threads: int = 1


def find(trace: Trace, catalogue: Catalogue, spoiled: str | None) -> TraceCalls:
    """Return what a trace of the TensorFlow profiler says of Keras's calls.

    Args:
        trace: the trace.
        catalogue: today's.
        spoiled: why no share may be taken from it; None where it is sound.
    """
    match = family_of(trace, catalogue)
    family = catalogue.named(match.family)
    windows = trace_windows.find(trace, cut_rows(trace))
    reading = _Reading(trace, catalogue, family, spoiled, _seconds(trace))
    found = sorted(
        map(reading.calls, windows), key=lambda one: (one.entry_point != "predict", -(one.share or 0))
    )
    kind = windows[0].kind if windows else None
    threads = max((one.threads for one in windows), default=1)
    return TraceCalls(match, tuple(found), reading.seconds, kind, threads)


def family_of(trace: Recorded, catalogue: Catalogue) -> FamilyMatch:
    """Return the family that a trace's Python calls fit; without those it is unknown."""
    names = trace.events.coded("name")
    frames = [found for value in names.values if (found := trace_windows.PYTHON_FRAME.fullmatch(value))]
    if not frames:
        return FamilyMatch(None, 0, 0, reason=NO_PYTHON)
    return recognition.by_file_name(catalogue, ((one["file"], one["name"]) for one in frames))


def places(
    trace: Recorded, marks: Marks, roles: Mapping[str, Iterable[Named]]
) -> dict[str, tuple[tuple[Place, ...], str | None]]:
    """Return each internal's functions that ran within the calls, or why it is in doubt which they are."""
    view = MarkedLine(trace, marks)
    frames = trace_windows.frames_of(view.names, np.flatnonzero(view.call >= 0))
    return {internal: _places(view, frames, functions) for internal, functions in roles.items()}


def _seconds(trace: Recorded) -> float:
    """Return the time from the first start to the last end of any Python line, else of any line."""
    lines = trace.events.array("line")
    kinds = trace.lines.coded("kind").decode()
    python = np.isin(lines, [row for row, kind in enumerate(kinds) if kind == "python"])
    chosen = python if python.any() else np.ones(len(lines), np.bool_)
    longest = 0
    for row in np.unique(lines[chosen]).tolist():
        start = trace.events.array("start_ps")[lines == row]
        end = start + trace.events.array("duration_ps")[lines == row]
        longest = max(longest, int(end.max()) - int(start.min()))
    return longest / PS_A_SECOND


def misplaced(trace: Recorded, windows: Windows) -> str | None:
    """Return why the frames of an entry point cannot be what ran, or None where they can."""
    if windows.kind != FRAMES:
        return None
    return check_python_events(trace.lines, trace.events, windows.events, None, windows.event_name)


@dataclass(frozen=True)
class _Reading:
    """How one trace is read."""

    trace: Stated
    catalogue: Catalogue
    family: Family | None
    spoiled: str | None
    seconds: float

    def calls(self, windows: Windows) -> Calls:
        """Return what is known of an entry point, of steps or of a whole line."""
        bare = Calls(windows.name, windows.path, windows.line, None, None, None, reason=self.spoiled)
        if self.spoiled is not None:
            return bare
        why = misplaced(self.trace, windows)
        if why is not None:
            return _with(bare, {}, {}, None, why)
        seen = windows.seconds if windows.seen_seconds is None else windows.seen_seconds
        share = min(1.0, seen / self.seconds) if self.seconds else None
        counted = windows.calls if windows.kind != WHOLE else None
        known = Calls(windows.name, windows.path, windows.line, counted, windows.seconds, share)
        try:
            if self.family is None:
                found = compute.measure(self.trace, windows.marks)
                return _with(known, {}, {}, found.model)
            return self._exact(known, windows)
        except Unusable as error:
            return _with(known, {}, {}, None, str(error))

    def _exact(self, known: Calls, windows: Windows) -> Calls:
        assert self.family is not None
        resolutions: dict[str, Resolution] = {}
        parts: dict[str, Part] = {}
        roles = recognition.roles(self.family)
        for internal, (known_places, doubt) in places(self.trace, windows.marks, roles).items():
            if known_places:
                resolutions[internal] = Resolution("present", known_places, known_places)
            else:
                parts[internal] = Part(None, reason=doubt or UNNAMED)
        doubtful = any(part.reason != UNNAMED for part in parts.values())
        own = resolutions.setdefault("predict", Resolution("unknown", unknown=UNNAMED))
        phase_of = {internal.id: internal.phase for internal in self.catalogue.internals}
        found = exact.measure_within(self.trace, windows.marks, resolutions, phase_of)
        for internal, share in found.shares.items():
            if internal not in (TEARDOWN, "predict") or (internal == "predict" != known.entry_point):
                parts[internal] = _part(share, found, internal, resolutions[internal])
        order = {internal.id: number for number, internal in enumerate(self.catalogue.internals)}
        parts = {name: parts[name] for name in sorted(parts, key=order.__getitem__) if name != "predict"}
        phases = {} if doubtful or own.presence == "unknown" else _without_teardown(found.phases)
        return _with(known, parts, phases, found.compute.model)


def _without_teardown(phases: Mapping[str, float]) -> dict[str, float]:
    """Return the phases of a frame, in which there is no teardown: it follows the frame."""
    return {name: share for name, share in phases.items() if name != TEARDOWN}


def _part(share: Share, found: Exact, internal: str, resolution: Resolution) -> Part:
    per_call = found.per_call.get(internal)
    calls = None if per_call is None else int(per_call.calls.sum())
    functions = tuple(f"{place.path}:{place.line} {place.name}" for place in resolution.places)
    return Part(share.share, None, share.interval, calls, functions, share.reason)


def _with(
    calls: Calls,
    parts: Mapping[str, Part],
    phases: Mapping[str, float],
    model: float | None,
    reason: str | None = None,
) -> Calls:
    return Calls(
        calls.entry_point,
        calls.path,
        calls.line,
        calls.calls,
        calls.seconds,
        calls.share,
        parts=parts,
        phases=phases,
        compute=model,
        reason=reason,
    )


def _places(
    view: MarkedLine, frames: Mapping[Named, Mapping[int, Ints]], functions: Iterable[Named]
) -> tuple[tuple[Place, ...], str | None]:
    """Return the functions that ran within the calls, and why it is in doubt which they are."""
    found: list[Place] = []
    for file, name in dict.fromkeys((PurePosixPath(path).name, name) for path, name in functions):
        by_line = frames.get((file, name), {})
        lines = _outermost_lines(view, by_line)
        if len(lines) > 1:
            return (), AMBIGUOUS.format(name=name, file=file)
        found += [Place(file, line, name) for line in lines]
    return tuple(found), None


def _outermost_lines(view: MarkedLine, by_line: Mapping[int, Ints]) -> list[int]:
    """Return the first lines of those functions of one name that do not run within another of them."""
    if len(by_line) < 2:
        return list(by_line)
    rows = np.sort(np.concatenate(list(by_line.values())))
    outer = set(outermost(view, rows).tolist())
    return [line for line, of_line in by_line.items() if outer & set(of_line.tolist())]
