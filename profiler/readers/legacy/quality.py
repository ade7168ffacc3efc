"""Says what is wrong with a trace of an old release."""

from __future__ import annotations

from ..findings import Finding
from ..truncation import at_a_cap
from .runtime_trace import RuntimeTrace


def findings(trace: RuntimeTrace) -> tuple[Finding, ...]:
    """Return what is wrong with a trace, each fault once."""
    text = "holds TensorFlow's runtime alone: its release records no Python frames"
    no_python = Finding("no_python_tracer", text, "profile a release from 2.3 on")
    return (no_python, *at_a_cap(trace.lines, trace.events))
