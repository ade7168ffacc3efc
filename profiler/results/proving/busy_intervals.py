"""Checks that each wait lies inside the span of the internal that was slowed, and in no other one's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...attribution.instruments.probes import CALLING_THREAD, load
from ...catalogue import catalogue as catalogues
from ...protocol import files
from ...protocol.errors import TraceFormatError
from ...readers import numpy_files
from ...runs.record import Capture
from .shares import Seen

Ints = npt.NDArray[np.int64]


def astray(seen: Sequence[Seen]) -> tuple[int, int]:
    """Return how many waits these blocks hold, and how many lie in no span of their internal, or deeper.

    A span that begins or ends while a wait lasts makes it astray too.

    Raises:
        RunError: a file of a capture is damaged.
        TraceFormatError: its spans cannot be read.
    """
    internals = catalogues.load().for_worker().internals
    count = wrong = 0
    for one in seen:
        if one.status != "ok" or one.capture is None or not one.block.slowed:
            continue
        begins, ends = _waits(one.capture)
        _, spans = load(one.capture)
        mine = np.flatnonzero(spans.table.array("thread") == CALLING_THREAD)
        start, end = spans.table.array("start_ns")[mine], spans.table.array("end_ns")[mine]
        function = spans.table.coded("function")
        owner = np.array([internals.get(name, "") for name in function.values])[function.codes[mine]]
        count += len(begins)
        wrong += sum(
            not _inside(start, end, owner == one.block.slowed, int(begin), int(stop))
            for begin, stop in zip(begins, ends, strict=True)
        )
    return count, wrong


def _inside(start: Ints, end: Ints, own: npt.NDArray[np.bool_], begin: int, stop: int) -> bool:
    """Return whether the innermost span around a wait is one of its internal's own, and none crosses it."""
    around = np.flatnonzero((start <= begin) & (end >= stop))
    crossing = ((start > begin) & (start < stop)) | ((end > begin) & (end < stop))
    return bool(len(around)) and bool(own[around[np.argmax(start[around])]]) and not crossing.any()


def _waits(capture: Capture) -> tuple[Ints, Ints]:
    path = capture.folder / files.WAITS_FILE
    columns = numpy_files.read_vectors(path)
    if columns.keys() != {"begin_ns", "end_ns"} or len({len(column) for column in columns.values()}) > 1:
        raise TraceFormatError("holds no begins and ends of waits", path)
    return columns["begin_ns"], columns["end_ns"]
