"""Reads ``.prof`` files (cProfile's marshal format) into the functions and edges tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import tables
from ..protocol.errors import TraceFormatError
from ..tables import Coded, Table
from .marshal_guard import MarshalGuard

_PREFIX = re.compile(r"^.*/(?:site|dist)-packages/")
# cProfile subtracts clock readings: a time that should be 0 can come out this far below.
ROUNDING_S = 1e-6


@dataclass(frozen=True)
class Profile:
    """A profile's functions, and who called whom (rows of ``functions``)."""

    functions: Table
    edges: Table


def read(path: Path, guard: MarshalGuard | None = None) -> Profile:
    """Return the profile in ``path``; its bytes are parsed in the guard's child process.

    Paths lose their prefix up to ``site-packages/``. Rows whose labels become equal by that stay apart.

    Args:
        path: a ``.prof`` file.
        guard: serves several files with one child; None starts one for this file.

    Raises:
        TraceFormatError: the file cannot be read, or is no profile.
    """
    if guard is None:
        with MarshalGuard() as own:
            return _profile(own.columns(path), path)
    return _profile(guard.columns(path), path)


def _profile(columns: dict[str, Any], path: Path) -> Profile:
    paths = columns["functions.path"]
    columns["functions.path"] = _strip(paths)
    for name, values in columns.items():
        if name.endswith("_s"):
            columns[name] = _not_negative(values, path)
    try:
        return Profile(_table(tables.FUNCTIONS, columns), _table(tables.EDGES, columns))
    except ValueError as error:
        raise TraceFormatError(f"no profile: {error}", path) from error


def _strip(paths: Coded) -> Coded:
    stripped = Coded.encode([_PREFIX.sub("", text.replace("\\", "/")) for text in paths.values])
    return Coded(stripped.codes[paths.codes], stripped.values)


def _not_negative(values: np.ndarray[Any, np.dtype[np.float64]], path: Path) -> Any:
    if not np.isfinite(values).all():
        raise TraceFormatError("no profile: a time is not finite", path)
    if len(values) and float(values.min()) < -ROUNDING_S:
        raise TraceFormatError(f"no profile: a time is {float(values.min()):g} s", path)
    return np.maximum(values, 0.0)


def _table(spec: tables.TableSpec, columns: dict[str, Any]) -> Table:
    return Table(spec, {c.name: columns[f"{spec.name}.{c.name}"] for c in spec.columns}).check()
