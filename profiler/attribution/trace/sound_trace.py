"""The trace of a capture, once it is known to be that of the measured calls."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...protocol.errors import Unusable
from ...protocol.soundness import check_edge
from ...protocol.spec import CaptureManifest
from ...readers import xplane
from ...readers.xplane import quality
from ...runs.record import Capture
from .marked_calls import find_marks
from .python_events import check_python_events

RUNTIME_ONLY = "the TensorFlow profiler of this release records no Python calls"


@dataclass(frozen=True)
class Session:
    """What a capture's manifest says of its trace: the folder, the marks' name, and how many there are."""

    folder: Path
    mark: str
    marks: int


@dataclass(frozen=True)
class SoundTrace:
    """A trace whose marks and Python events are those of the measured calls; ``mark`` names the marks."""

    trace: xplane.Trace
    mark: str


def session(capture: Capture) -> Session:
    """Return the profiler session of a ``tfprofiler`` capture.

    Raises:
        Unusable: it left none.
    """
    name, steps, folder = capture.manifest.step_name, capture.manifest.steps, capture.trace_folder()
    if name is None or steps is None or folder is None:
        raise Unusable("the capture holds no trace of the measured calls")
    return Session(folder, name, steps)


def load(capture: Capture) -> SoundTrace:
    """Return the trace of a ``tfprofiler`` capture.

    Raises:
        TraceFormatError: a file of the session cannot be read.
        Unusable: it is not that of the measured calls, or has no Python calls.
    """
    found = session(capture)
    if capture.runtime_trace:
        raise Unusable(RUNTIME_ONLY)
    trace = xplane.read_session(found.folder)
    entry = "predict" if capture.variant.entry_point == "predict" else None
    why = (
        check_python_events(trace.lines, trace.events, found.marks, entry, found.mark)
        or _damage(trace)
        or _against_the_clock(trace, found.mark, capture.manifest)
    )
    if why is not None:
        raise Unusable(why)
    return SoundTrace(trace, found.mark)


def _damage(trace: xplane.Trace) -> str | None:
    """Return that a trace is damaged and how, or None.

    Partial overlaps are left to `check_python_events`: those of ``with`` statements always do.
    """
    found = quality.damage(trace)
    return None if found is None else f"the trace is damaged: {found}"


def _against_the_clock(trace: xplane.Trace, mark: str, manifest: CaptureManifest) -> str | None:
    """Return how the marked calls contradict the independently timed ones, or None when they agree."""
    marks = find_marks(trace, mark)
    calls, window_ns = manifest.calls or 0, manifest.window_ns or 0
    marked_ns = int((marks.end - marks.start).sum()) // 1000
    return check_edge(calls, window_ns, len(marks.start), marked_ns, "trace")
