"""Reads how long the calls of a capture took."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..protocol.errors import RunError, TraceFormatError
from ..readers.numpy_files import read_vector

Durations = npt.NDArray[np.int64]
UNKNOWN = -1
# All calls together: 73 years. Sums of longer ones would not fit an int64.
LONGEST_NS = 2**61


def read(path: Path) -> Durations:
    """Return the duration of each call, int64, in ns.

    Raises:
        RunError: no regular file, or not whole positive int64 durations that a sum can hold.
    """
    values = _vector(path)
    if not len(values) or int(values.min()) < 1:
        raise RunError("holds no durations (int64, one dimension, each at least 1 ns)", path)
    if values.sum(dtype=np.float64) > LONGEST_NS:
        raise RunError("holds durations of more than 73 years together", path)
    return values


def read_frames(path: Path, durations: Durations) -> Durations:
    """Return how long each call took until its frame ended, int64, in ns; `UNKNOWN` where nobody knows.

    Args:
        path: the file.
        durations: the calls as a whole.

    Raises:
        RunError: not one such time for each call, or one that is longer than its call.
    """
    values = _vector(path)
    if len(values) != len(durations):
        raise RunError(f"holds {len(values)} frames for {len(durations)} calls", path)
    if ((values > durations) | ((values < 1) & (values != UNKNOWN))).any():
        raise RunError("holds a frame that is longer than its call, or no time", path)
    return values


def _vector(path: Path) -> Durations:
    try:
        return read_vector(path)
    except TraceFormatError as error:
        raise RunError(error.what, path) from error
