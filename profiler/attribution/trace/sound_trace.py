"""The trace of a capture, once it is known to be that of the measured calls."""

from __future__ import annotations

from dataclasses import dataclass

from ...protocol.soundness import check_edge
from ...protocol.spec import CaptureManifest
from ...readers import xplane
from ...runs.record import Capture
from .marked_calls import find_marks
from .python_events import check_python_events

RUNTIME_ONLY = "the TensorFlow profiler of this release records no Python calls"
THREADS = ("python", "executor")
NO_TRACE = "the capture holds no trace of the measured calls"


@dataclass(frozen=True)
class SoundTrace:
    """A trace whose marks and Python events are those of the measured calls; ``mark`` names the marks."""

    trace: xplane.Trace
    mark: str


def step_facts(manifest: CaptureManifest) -> tuple[str, int] | None:
    """Return the marks' name and number that a capture's manifest states, or None."""
    name, steps = manifest.step_name, manifest.steps
    return None if name is None or steps is None else (name, steps)


def load(capture: Capture) -> SoundTrace | str:
    """Return the trace of a ``tfprofiler`` capture, or why it can give no shares.

    Raises:
        TraceFormatError: a file of the session cannot be read.
    """
    steps, folder = step_facts(capture.manifest), capture.trace_folder()
    if steps is None or folder is None:
        return NO_TRACE
    if capture.runtime_trace:
        return RUNTIME_ONLY
    mark, calls = steps
    trace = xplane.read_session(folder)
    entry = "predict" if capture.variant.entry_point == "predict" else None
    unsound = (
        check_python_events(trace.lines, trace.events, calls, entry, mark)
        or _damage(trace)
        or _against_the_clock(trace, mark, capture.manifest)
    )
    return unsound or SoundTrace(trace, mark)


def _damage(trace: xplane.Trace) -> str | None:
    """Return what is wrong with the times or names of a thread's events, or None.

    Events that cross others are left to `check_python_events`: those of ``with`` statements always do.
    """
    kinds = trace.lines.coded("kind").decode()
    for anomaly in trace.anomalies:
        if anomaly.kind != "crossing" and kinds[anomaly.line] in THREADS:
            what = xplane.ANOMALIES[anomaly.kind]
            return (
                f"the trace is damaged: {anomaly.count} {what} (line {anomaly.line}, {kinds[anomaly.line]})"
            )
    return None


def _against_the_clock(trace: xplane.Trace, mark: str, manifest: CaptureManifest) -> str | None:
    """Return how the marked calls contradict the independently timed ones, or None when they agree."""
    marks = find_marks(trace, mark)
    if marks is None:
        return f"the trace holds no {mark} event on a line of Python events"
    calls, window_ns = manifest.calls or 0, manifest.window_ns or 0
    marked_ns = int((marks.end - marks.start).sum()) // 1000
    return check_edge(calls, window_ns, len(marks.start), marked_ns, "trace")
