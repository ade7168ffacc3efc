"""What ran by name: the runtime's and the kernels' events."""

from __future__ import annotations

import numpy as np

from ...readers.legacy import RuntimeTrace
from ...readers.xplane import Trace
from .document import Total

MOST_TOTALS = 8


def totals(trace: Trace | RuntimeTrace) -> tuple[Total, ...]:
    """Return the runtime's and the kernels' events with the most time of their own, by name."""
    names = trace.events.coded("name")
    plain = np.array([*(not name.startswith("$") for name in names.values), False])
    rows = np.flatnonzero(plain[names.codes])
    codes = names.codes[rows]
    size = len(names.values)
    own = np.bincount(codes, trace.events.array("self_ps")[rows], size)
    whole = np.bincount(codes, trace.events.array("duration_ps")[rows], size)
    counts = np.bincount(codes, minlength=size)
    order = [code for code in np.argsort(-own, kind="stable").tolist() if counts[code]][:MOST_TOTALS]
    return tuple(
        Total(names.values[code], int(counts[code]), float(whole[code]) / 1e12, float(own[code]) / 1e12)
        for code in order
    )
