"""Says what is wrong with a trace of an old release."""

from __future__ import annotations

from ..findings import Finding
from ..truncation import at_a_cap
from .runtime_trace import RuntimeTrace

MOST_NAMED = 4


def findings(trace: RuntimeTrace) -> tuple[Finding, ...]:
    """Return what is wrong with a trace, each fault once."""
    text = "holds TensorFlow's runtime alone: its release records no Python frames"
    no_python = Finding("no_python_tracer", text, "profile a release from 2.3 on")
    return (no_python, *at_a_cap(trace.lines, trace.events), *_cut(trace))


def _cut(trace: RuntimeTrace) -> tuple[Finding, ...]:
    """Return that events are missing, where a thread is listed without any.

    A ``local.trace`` that was cut between two events is a whole message, and its threads are in its first
    bytes. One that was cut within the events of its last thread shows nothing.
    """
    if not trace.silent:
        return ()
    threads = "a thread" if len(trace.silent) == 1 else f"{len(trace.silent)} threads"
    more = ", ..." if len({*trace.silent}) > MOST_NAMED else ""
    names = ", ".join(sorted({*trace.silent})[:MOST_NAMED]) + more
    text = f"lists {threads} without any event ({names}): it was probably cut, and what came later is missing"
    return (Finding("truncated", text, "copy the file again, or record it again"),)
