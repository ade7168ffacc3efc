"""Reads ``latencies.npy``, which may come from anyone: its header must match the size of the file.

Format: NumPy's own, ``numpy.lib.format``, versions 1.0 and 2.0.
"""

from __future__ import annotations

import os
import stat
import tokenize
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..protocol.errors import RunError

Durations = npt.NDArray[np.int64]

_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_ITEM_BYTES = 8
# What NumPy raises for headers that were cut or altered.
UNREADABLE = (
    ValueError,
    EOFError,
    SyntaxError,
    TypeError,
    OverflowError,
    MemoryError,
    RecursionError,
    tokenize.TokenError,
)


def read(path: Path) -> Durations:
    """Return the duration of each call, int64, in ns.

    Raises:
        RunError: no regular file, or not whole positive int64 durations.
    """
    try:
        # a FIFO would wait for a writer
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise RunError("is no regular file", path)
        with path.open("rb") as file:
            header = _HEADERS.get(np.lib.format.read_magic(file))
            if header is None:
                raise ValueError("of an unknown version")
            shape, _, dtype = header(file)
            held = os.fstat(file.fileno()).st_size - file.tell()
            if dtype != np.dtype("<i8") or len(shape) != 1 or held != shape[0] * _ITEM_BYTES:
                raise RunError("holds no durations (int64, one dimension, as many as it says)", path)
            values = np.frombuffer(file.read(held), dtype="<i8").astype(np.int64)
    except OSError as error:
        raise RunError(error.strerror or str(error), path) from error
    except UNREADABLE as error:
        raise RunError(f"not readable as a NumPy array ({error})", path) from error
    if not len(values) or int(values.min()) < 1:
        raise RunError("holds no durations (int64, one dimension, each at least 1 ns)", path)
    return values
