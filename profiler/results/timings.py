"""What a run timed without an instrument: each variant's calls, and what one more process would cost."""

from __future__ import annotations

import numpy as np

from ..protocol.vocabulary import Variant
from ..runs.record import Run
from ..statistics import Blocks
from .speed import Timed


def timed(run: Run, environment: str, variant: Variant) -> Timed:
    """Return a variant's usable ``wall`` captures as blocks by process; without any it has no process."""
    usable = [
        capture
        for capture in run.captures
        if (capture.environment, capture.variant, capture.instrument) == (environment, variant, "wall")
        and capture.usable
    ]
    return Timed(environment, variant, Blocks({one.process: one.blocks_ns() for one in usable}))


def process_seconds(run: Run) -> dict[str, float]:
    """Return what one more process costs by workload, in s, where the run recorded it."""
    seconds: dict[str, list[float]] = {}
    for entry in run.manifest["captures"]:
        if entry["instrument"] == "wall" and entry.get("process_s"):
            seconds.setdefault(entry["variant"]["workload"], []).append(float(entry["process_s"]))
    return {workload: float(np.median(values)) for workload, values in seconds.items()}
