"""The trace of a capture, once it is known to be that of the measured calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..readers import xplane
from ..readers.run_directory import Capture
from .python_events import check_python_events

RUNTIME_ONLY = "the TensorFlow profiler of this release records no Python calls"
NO_TRACE = "the capture holds no trace of the measured calls"


@dataclass(frozen=True)
class SoundTrace:
    """A trace whose marks and Python events are those of the measured calls; ``mark`` names the marks."""

    trace: xplane.Trace
    mark: str


def step_facts(manifest: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return the marks' name and number that a capture's manifest states, or None."""
    name, steps = manifest.get("step_name"), manifest.get("steps")
    return (name, steps) if isinstance(name, str) and isinstance(steps, int) else None


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
    unsound = check_python_events(trace.lines, trace.events, calls, entry, mark)
    return unsound or SoundTrace(trace, mark)
