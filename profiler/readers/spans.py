"""Reads ``spans.npz``, what probes recorded of one capture's calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..protocol.errors import TraceFormatError
from ..tables import spec
from ..tables.spans import SPANS
from ..tables.spec import Coded, Table
from .numpy_files import Vector, read_vectors

_COLUMNS = ("thread", "function", "start_ns", "end_ns", "parent")
_BEGINS = "begin_ns"


@dataclass(frozen=True)
class Spans:
    """The spans of a capture, and when each of its calls began, in ns of the same clock."""

    table: Table
    begins: Vector


def read(path: Path, functions: Sequence[str]) -> Spans:
    """Return the spans in a file.

    Args:
        path: the file.
        functions: what its numbers of functions stand for.

    Raises:
        TraceFormatError: it cannot be read, or holds no such table.
    """
    vectors = read_vectors(path)
    missing = {*_COLUMNS, _BEGINS} - vectors.keys()
    if missing:
        raise TraceFormatError(f"holds no {sorted(missing)[0]}", path)
    numbers = vectors["function"]
    if len(numbers) and not 0 <= int(numbers.min()) <= int(numbers.max()) < len(functions):
        raise TraceFormatError("names a function that was not watched", path)
    columns = {name: vectors[name] for name in _COLUMNS if name != "function"}
    try:
        table = spec.make(SPANS, **columns, function=Coded(numbers.astype(np.int32), tuple(functions)))
    except ValueError as error:
        raise TraceFormatError(str(error), path) from error
    return Spans(table, vectors[_BEGINS])
