"""Reads from a tape when the frame of each call ended."""

from __future__ import annotations

from typing import Any

from ..harness import Timed
from .tape import FIELDS

UNKNOWN = -1


def frames_ns(events: Any, timed: Timed, thread: int) -> Any:
    """Return how long each call took until its frame ended, int64, in ns; `UNKNOWN` where none did.

    Args:
        events: what the tape holds of these calls: int64 of shape (events, 3).
        timed: the calls.
        thread: the one that made them; what others leave meanwhile ends none of their frames.

    A call may end several such frames, as where a model's predict calls that of another: the last counts,
    which is the outermost's.
    """
    import numpy

    begins, durations = (numpy.array(column, numpy.int64) for column in timed)
    mark, ns, of = events.reshape(-1, FIELDS).T
    leaves = numpy.sort(ns[(mark % 2 == 1) & (of == thread)])
    last = numpy.searchsorted(leaves, begins + durations, "right") - 1
    stamps = leaves[numpy.maximum(last, 0)] if len(leaves) else numpy.full(len(begins), UNKNOWN)
    return numpy.where((last >= 0) & (stamps > begins), stamps - begins, UNKNOWN)
