"""Reads ``.prof`` files, which cProfile writes and pstats reads, into the tables functions and edges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .. import tables
from ..protocol.errors import TraceFormatError
from ..tables import Array, Coded, Table
from .marshal_child import Columns
from .marshal_guard import MarshalGuard

LARGEST_ROUNDING_S = 1e-6
"""A clock's rounding can make a time negative by so much a call; beyond it the clock was set back."""

_PACKAGES = re.compile(r".*/(?:site|dist)-packages/", re.DOTALL)

_CALLS = ("primitive_calls", "calls", "self_s", "cumulative_s")
_FUNCTION = np.dtype(
    {
        "names": ["line", *_CALLS, "edges", "path", "name"],
        "formats": ["i8", "i8", "i8", "f8", "f8", "i8", "i8", "i8"],
    }
)
_EDGE = np.dtype(
    {
        "names": ["calls", "primitive_calls", "self_s", "cumulative_s"],
        "formats": ["i8", "i8", "f8", "f8"],
    }
)


@dataclass(frozen=True)
class Profile:
    """A profile of callers: ``functions`` (`tables.FUNCTIONS`) and ``edges`` (`tables.EDGES`).

    Functions keep the file's order and are never merged: labels that differ only in where packages are
    installed are two rows. ``negative_times`` counts the times below 0 by a clock's rounding, which are set
    to 0, and ``negative_s`` is their sum.
    """

    functions: Table
    edges: Table
    negative_times: int = 0
    negative_s: float = 0.0


def read(path: str | Path, guard: MarshalGuard | None = None) -> Profile:
    """Return the profile in the ``.prof`` file at ``path``.

    Args:
        path: the file; whoever made it is not trusted.
        guard: what parses it; None starts one for this file alone.

    Raises:
        TraceFormatError: it cannot be read or is no profile of cProfile.
    """
    if guard is None:
        with MarshalGuard() as own:
            return read(path, own)
    columns = guard.columns(path)
    try:
        return to_profile(columns)
    except ValueError as error:
        raise TraceFormatError(f"altered, or no profile that cProfile wrote: {error}", path) from error


def to_profile(columns: Columns) -> Profile:
    """Return the checked tables of a profile's columns.

    Raises:
        ValueError: a number is none that a profile can hold, or names no row.
    """
    functions = np.frombuffer(columns.functions, _FUNCTION)
    edges = np.frombuffer(columns.edges, _EDGE)
    caller = np.frombuffer(columns.callers, np.int64)
    if len(caller) != len(edges) or int(functions["edges"].sum()) != len(edges):
        raise ValueError("edges of another number than their functions say")
    if len(caller) and not 0 <= int(caller.min()) <= int(caller.max()) < len(functions):
        raise ValueError("a caller is none of its functions")
    function_calls, edge_calls = _Calls(functions), _Calls(edges)
    return Profile(
        tables.make(
            tables.FUNCTIONS,
            path=_coded(functions["path"], [strip_packages(path) for path in columns.paths]),
            line=np.ascontiguousarray(functions["line"]),
            name=_coded(functions["name"], columns.names),
            **function_calls.columns,
        ),
        tables.make(
            tables.EDGES,
            caller=caller,
            callee=np.repeat(np.arange(len(functions), dtype=np.int64), functions["edges"]),
            **edge_calls.columns,
        ),
        function_calls.negative_times + edge_calls.negative_times,
        function_calls.negative_s + edge_calls.negative_s,
    )


def strip_packages(path: str) -> str:
    """Return a path without the folder in which its packages are installed, one of Windows with slashes."""
    slashed = path.replace("\\", "/") if path[1:3] == ":\\" else path
    return _PACKAGES.sub("", slashed, count=1)


def _coded(codes: Array, strings: list[str] | tuple[str, ...]) -> Coded:
    if len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < len(strings):
        raise ValueError("a name is none of its names")
    distinct = Coded.encode(strings)
    return Coded(distinct.codes[codes], distinct.values)


class _Calls:
    """The four columns of calls of some records, times that rounding made negative set to 0."""

    def __init__(self, records: Array) -> None:
        self.columns: dict[str, Array] = {name: np.ascontiguousarray(records[name]) for name in _CALLS}
        self.negative_times = 0
        self.negative_s = 0.0
        for name in ("self_s", "cumulative_s"):
            self.columns[name] = self._mend(name, self.columns[name])

    def _mend(self, name: str, times: npt.NDArray[np.float64]) -> Array:
        if not np.isfinite(times).all():
            row = int(np.argmin(np.isfinite(times)))
            raise ValueError(f"{name} is {times[row]} in row {row}")
        negative = times < 0
        if not negative.any():
            return times
        beyond = times < -LARGEST_ROUNDING_S * np.maximum(self.columns["calls"], 1)
        if beyond.any():
            row = int(np.argmax(beyond))
            raise ValueError(f"{name} is {times[row]} in row {row}: the clock was set back, measure again")
        self.negative_times += int(negative.sum())
        self.negative_s += float(times[negative].sum())
        return np.where(negative, 0.0, times)
