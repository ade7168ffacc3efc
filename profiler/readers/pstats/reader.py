"""Reads ``.prof`` files, which cProfile writes and pstats reads, into the tables functions and edges."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...protocol.errors import TraceFormatError
from ...tables import spec
from ...tables.profile import EDGES, FUNCTIONS
from ...tables.spec import Array, Coded, Table
from .. import session_files
from . import old_marshal
from .marshal_child import EDGE_COLUMNS, FUNCTION_COLUMNS, Buffer, Columns
from .marshal_guard import MarshalGuard

LARGEST_ROUNDING_S = 1e-6
"""A clock's rounding can make a time negative by so much a call; beyond it the clock was set back."""

_PACKAGES = re.compile(r".*/(?:site|dist)-packages/", re.DOTALL)

SUFFIXES = (".prof", ".pstats")
# marshal's dictionary, then its end or the tuple of three that is a label, or of one that marks samples
_FOLLOWING = (b"0", b")\x03", b"\xa9\x03", b")\x01", b"\xa9\x01")
_BEGINNINGS = (*(opening + then for opening in (b"{", b"\xfb") for then in _FOLLOWING), old_marshal.BEGINNING)

_CALLS = ("primitive_calls", "calls", "self_s", "cumulative_s")


@dataclass(frozen=True)
class Samples:
    """What a sampling profiler counted; the columns of its profile then count samples instead of calls.

    In ``functions``, ``primitive_calls`` are the samples with the function on top and ``calls`` those with it
    anywhere on the stack: ``calls / total`` is its share. ``line`` is the line that ran, not the function's
    first, so a function has a row for each line that was seen. In ``edges`` both are the samples in which the
    caller had called the callee, ``cumulative_s`` is the time that they stand for, and ``self_s`` the most of
    it that the callee can have been on top.

    Attributes:
        total: all samples, one for each thread and moment.
        interval_s: the time between two; None where no sample tells.
    """

    total: int
    interval_s: float | None


@dataclass(frozen=True)
class Profile:
    """A profile of callers: ``functions`` (`tables.profile.FUNCTIONS`) and ``edges`` (`EDGES`).

    Functions keep the file's order and are never merged: labels that differ only in where packages are
    installed are two rows.

    Attributes:
        functions: the table of functions.
        edges: the table of pairs of caller and callee.
        negative_times: how many times were below 0 by a clock's rounding, and set to 0.
        negative_s: their sum.
        samples: what was sampled; None in a profile that counts calls, as cProfile's does.
        lost_callers: pairs that are left out of ``edges`` because their caller has no row.
    """

    functions: Table
    edges: Table
    negative_times: int = 0
    negative_s: float = 0.0
    samples: Samples | None = None
    lost_callers: int = 0


def recognises(start: bytes) -> bool:
    """Return whether a file with these first bytes, which gzip may have packed, can be cProfile's."""
    return session_files.unpacked(start).startswith(_BEGINNINGS)


def hosts(profile: Profile) -> tuple[str, ...]:
    """Return no machine: a profile does not say where it was taken."""
    return ()


def read(path: str | Path, guard: MarshalGuard | None = None) -> Profile:
    """Return the profile in the ``.prof`` file at ``path``, which may be packed with gzip.

    Args:
        path: the file; whoever made it is not trusted.
        guard: what parses it; None starts one for this file alone.

    Raises:
        TraceFormatError: it cannot be read or is no profile of cProfile.
    """
    if guard is None:
        with MarshalGuard() as own:
            return read(path, own)
    columns = _columns(Path(path), guard)
    try:
        return to_profile(columns)
    except ValueError as error:
        raise TraceFormatError(f"altered, or no profile that cProfile wrote: {error}", path) from error


def _columns(path: Path, guard: MarshalGuard) -> Columns:
    """Return what a file holds; an error names it, and no file that it was unpacked to."""
    try:
        with session_files.plain(path) as file:
            return guard.columns(file)
    except TraceFormatError as error:
        what, _, offset, to_do = error.args
        raise TraceFormatError(what, path, offset, to_do) from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise TraceFormatError(f"cannot be read: {said}", path) from error


def to_profile(columns: Columns) -> Profile:
    """Return the checked tables of a profile's columns.

    Raises:
        ValueError: a number is none that a profile can hold, or names no row.
    """
    functions = _arrays(FUNCTION_COLUMNS, columns.functions)
    edges = _arrays(EDGE_COLUMNS, columns.edges)
    count, caller = len(functions["line"]), edges.pop("caller")
    leading = functions.pop("edges")
    if int(leading.sum()) != len(caller):
        raise ValueError("edges of another number than their functions say")
    if len(caller) and not 0 <= int(caller.min()) <= int(caller.max()) < count:
        raise ValueError("a caller is none of its functions")
    callee = np.repeat(np.arange(count, dtype=np.int64), leading)
    samples = _samples(functions) if columns.sampled else None
    if samples is not None:
        edges |= _times_of_samples(edges["calls"], functions["self_s"][callee], samples)
    function_calls, edge_calls = _Calls(functions), _Calls(edges)
    return Profile(
        spec.make(
            FUNCTIONS,
            path=_coded(functions["path"], Coded.encode([*map(strip_packages, columns.paths)])),
            line=functions["line"],
            name=_coded(
                functions["name"], Coded(np.arange(len(columns.names), dtype=np.int32), columns.names)
            ),
            **function_calls.columns,
        ),
        spec.make(
            EDGES,
            caller=caller,
            callee=callee,
            **edge_calls.columns,
        ),
        function_calls.negative_times + edge_calls.negative_times,
        function_calls.negative_s + edge_calls.negative_s,
        samples,
        columns.lost_callers,
    )


def _samples(functions: Mapping[str, Array]) -> Samples:
    """Return what a sampling profiler counted."""
    seen = int(functions["calls"].sum())
    interval_s = float(functions["cumulative_s"].sum()) / seen if seen else None
    return Samples(int(functions["primitive_calls"].sum()), interval_s)


def _times_of_samples(counts: Array, callee_self_s: Array, samples: Samples) -> dict[str, Array]:
    """Return the times of the edges with these counts of samples."""
    cumulative_s = counts * (samples.interval_s or 0.0)
    return {"self_s": np.minimum(callee_self_s, cumulative_s), "cumulative_s": cumulative_s}


def _arrays(columns: Sequence[tuple[str, str]], values: Sequence[Buffer]) -> dict[str, Array]:
    """Return NumPy columns by name.

    Raises:
        ValueError: they are not of the same length.
    """
    arrays = {name: np.frombuffer(value, code) for (name, code), value in zip(columns, values, strict=True)}
    if len({len(array) for array in arrays.values()}) > 1:
        raise ValueError("columns of different lengths")
    return arrays


def strip_packages(path: str) -> str:
    """Return a path without the folder that its packages are installed in; one of Windows gets slashes."""
    slashed = path.replace("\\", "/") if path[1:3] == ":\\" else path
    return _PACKAGES.sub("", slashed, count=1)


def _coded(codes: Array, strings: Coded) -> Coded:
    """Return the chosen strings."""
    if len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < len(strings):
        raise ValueError("a name is none of its names")
    return strings.take(codes)


class _Calls:
    """The four columns of calls; times that rounding made negative are set to 0."""

    def __init__(self, columns: Mapping[str, Array]) -> None:
        self.columns: dict[str, Array] = {name: columns[name] for name in _CALLS}
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
