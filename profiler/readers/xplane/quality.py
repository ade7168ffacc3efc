"""Says what is wrong with a trace."""

from __future__ import annotations

from ..findings import Finding
from .session import Trace


def findings(trace: Trace) -> tuple[Finding, ...]:
    """Return what is wrong with a trace, each fault once; empty where it can be trusted."""
    kinds = trace.lines.coded("kind").decode()
    if "python" in kinds:
        return ()
    return (Finding("no_python_tracer", "holds no Python events: the Python tracer was off"),)
