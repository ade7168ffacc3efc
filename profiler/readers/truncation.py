"""Tells a trace that was cut: profilers stop at round numbers of events."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ..tables.spec import Table
from .findings import Finding

CAPS: Mapping[int, str] = MappingProxyType(
    {
        1_000_000: "a trace for the trace viewer",
        2 * 1024 * 1024: "a recording of GPU activity",
    }
)
"""The most events that a profiler writes, and into what: ``kMaxEvents`` in TensorFlow's
``xplane_to_trace_events.cc``, ``max_activity_api_events`` in its ``cupti_collector.h``."""


def at_a_cap(lines: Table, events: Table) -> tuple[Finding, ...]:
    """Return that a trace was cut, where all its events, or those of its devices, are as many as a cap."""
    of_line = np.bincount(events.array("line"), minlength=len(lines))
    kinds = np.array(lines.coded("kind").decode())
    counts = (len(events), int(of_line[kinds == "device"].sum()))
    return tuple(
        Finding(
            "truncated",
            f"holds exactly {cap} events, the most that {what} takes: what came later is missing",
            "profile fewer calls",
        )
        for cap, what in CAPS.items()
        if cap in counts
    )
