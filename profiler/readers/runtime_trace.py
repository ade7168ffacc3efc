"""Traces of the releases that write no XPlane: TensorFlow's runtime alone, without Python events.

TensorFlow 2.0 and 2.1 leave a ``local.trace``, 2.2 a ``*.trace.json.gz``. Both become the tables `lines` and
`events`, as an XPlane does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..attribution import call_tree
from ..protocol.errors import TraceFormatError
from ..tables import Coded, Table, make
from ..trace_tables import EVENTS, LINES
from . import chrome_trace, local_trace
from .raw_trace import Event, Key, RawTrace

LOCAL, CHROME = "local.trace", ".trace.json.gz"
SUFFIXES = (LOCAL, CHROME)


@dataclass(frozen=True)
class RuntimeTrace:
    """What one profiler session recorded of the runtime.

    Attributes:
        path: the file that was read.
        lines: the table `trace_tables.LINES`; every timestamp is 0, the session's start.
        events: the table `trace_tables.EVENTS`.
    """

    path: Path
    lines: Table
    events: Table


def read(path: Path | str) -> RuntimeTrace:
    """Return the trace in one ``local.trace`` or ``*.trace.json.gz`` file.

    Raises:
        TraceFormatError: it cannot be read, is empty, cut, altered, or of another format.
    """
    file = Path(path)
    is_local = file.name.endswith(LOCAL)
    raw = (local_trace if is_local else chrome_trace).read(file)
    if not raw.events:
        raise TraceFormatError("holds no events: take the trace again", file)
    lines, events = _tables(raw)
    return RuntimeTrace(file, lines, events)


def read_session(folder: Path | str) -> RuntimeTrace:
    """Return the trace of a session's folder, which holds one such file.

    Raises:
        TraceFormatError: there is none or more than one, or it cannot be read.
    """
    try:
        files = sorted(path for path in Path(folder).iterdir() if path.name.endswith(SUFFIXES))
    except OSError as error:
        raise TraceFormatError(f"cannot be read: {error.strerror or error}", folder) from None
    if len(files) != 1:
        raise TraceFormatError(f"holds {len(files)} files of {' or '.join(SUFFIXES)}, not one", folder)
    return read(files[0])


def _tables(raw: RawTrace) -> tuple[Table, Table]:
    """Return the tables, with events sorted and nested line by line."""
    by_line: dict[Key, list[Event]] = {}
    for event in raw.events:
        by_line.setdefault(event.line, []).append(event)
    keys = sorted(by_line)
    codes: dict[str, int] = {}
    pieces: list[_Nested] = []
    for row, key in enumerate(keys):
        begin = sum(len(piece.start) for piece in pieces)
        pieces.append(_nest(by_line[key], codes, begin, row))
    planes = [raw.planes.get(key[0], f"device {key[0]}") for key in keys]
    names = [raw.lines.get(key, str(key[1])) for key in keys]
    lines = make(
        LINES,
        host=["localhost"] * len(keys),
        plane=planes,
        name=names,
        kind=[_kind(plane, name) for plane, name in zip(planes, names, strict=True)],
        nests=[not piece.cut for piece in pieces],
        timestamp_ns=[0] * len(keys),
    )
    events = Table(
        EVENTS,
        {
            "line": np.concatenate([piece.line for piece in pieces]),
            "name": Coded(np.concatenate([piece.code for piece in pieces]), tuple(codes)),
            "start_ps": np.concatenate([piece.start for piece in pieces]),
            "duration_ps": np.concatenate([piece.duration for piece in pieces]),
            "depth": np.concatenate([piece.tree.depth for piece in pieces]),
            "parent": np.concatenate([piece.tree.parent for piece in pieces]),
            "self_ps": np.concatenate([piece.tree.self_ps for piece in pieces]),
        },
    )
    return lines, events


@dataclass(frozen=True)
class _Nested:
    """One line's events as columns, and how many were cut to make them nest."""

    line: call_tree.Ints32
    code: call_tree.Ints32
    start: call_tree.Ints
    duration: call_tree.Ints
    tree: call_tree.Tree
    cut: int


def _nest(events: Iterable[Event], codes: dict[str, int], begin: int, row: int) -> _Nested:
    ordered = sorted(events, key=lambda event: (event.start_ps, -event.duration_ps))
    count = len(ordered)
    start = np.array([event.start_ps for event in ordered], np.int64)
    duration = np.array([event.duration_ps for event in ordered], np.int64)
    tree = call_tree.Tree(np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count, np.int64))
    cut = call_tree.fill(tree, start, duration)
    tree.parent[tree.parent >= 0] += begin
    code = np.array([codes.setdefault(event.name, len(codes)) for event in ordered], np.int32)
    return _Nested(np.full(count, row, np.int32), code, start, duration, tree, cut)


def _kind(plane: str, name: str) -> str:
    if plane.startswith("/device:"):
        return "device"
    if not plane.startswith("/host:"):
        return "other"
    if name == "python":
        return "python"
    return "executor" if name.startswith("tf_") else "other"
