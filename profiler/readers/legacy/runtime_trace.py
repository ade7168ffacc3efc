"""Traces of the releases that write no XPlane: TensorFlow's runtime alone, without Python events.

TensorFlow 2.0 and 2.1 leave a ``local.trace``, 2.2 a ``*.trace.json.gz``. Both become the tables `lines` and
`events`, as an XPlane does.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...protocol.errors import TraceFormatError
from ...tables.spec import Coded, Table, make
from ...tables.trace import EVENTS, LINES
from .. import nesting, session_files
from ..nesting import Ints, Ints32
from ..wire.columns import Bytes
from . import chrome_trace, local_trace
from .raw_trace import RawTrace

SUFFIXES = ("local.trace", ".trace.json.gz")
BEGINNING = 1 << 12


@dataclass(frozen=True)
class RuntimeTrace:
    """What one profiler session recorded of the runtime.

    Attributes:
        path: the file that was read.
        lines: the table `tables.trace.LINES`; every timestamp is 0, the session's start.
        events: the table `tables.trace.EVENTS`.
        silent: the names of threads that a ``local.trace`` lists and holds no event of.
    """

    path: Path
    lines: Table
    events: Table
    silent: tuple[str, ...] = ()


def recognises(start: bytes) -> bool:
    """Return whether a file with these first bytes, which gzip may have packed, can be such a trace."""
    head = session_files.unpacked(start)
    return chrome_trace.recognises(head) or local_trace.recognises(head)


def hosts(trace: RuntimeTrace) -> tuple[str, ...]:
    """Return no machine: such a trace does not say where it was taken."""
    return ()


def read(path: Path | str) -> RuntimeTrace:
    """Return the trace in one file; its bytes tell a ``local.trace`` from a ``*.trace.json.gz``.

    Raises:
        TraceFormatError: it cannot be read, is empty, cut, altered, or of another format.
    """
    file = Path(path)
    data = session_files.load(file)
    parse = _parser(data[:BEGINNING].tobytes(), file)
    raw = parse(data, file)
    if not len(raw):
        raise TraceFormatError("holds no events: take the trace again", file)
    lines, events = _tables(raw)
    silent = local_trace.silent(raw) if parse is local_trace.parse else ()
    return RuntimeTrace(file, lines, events, silent)


def _parser(head: bytes, file: Path) -> Callable[[Bytes, Path], RawTrace]:
    if chrome_trace.recognises(head):
        return chrome_trace.parse
    if local_trace.recognises(head) or file.name.endswith(SUFFIXES[0]):
        return local_trace.parse
    return chrome_trace.parse


def read_session(folder: Path | str) -> RuntimeTrace:
    """Return the trace in a session's folder, which must hold one such file.

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
    keys = sorted(raw.keys)
    row_of = np.empty(len(keys), np.int32)
    row_of[[raw.keys[key] for key in keys]] = np.arange(len(keys), dtype=np.int32)
    line = row_of[np.frombuffer(raw.line, np.int32)]
    order, line, start, duration = _sorted(raw, line)
    tree = nesting.Tree(np.empty_like(line), np.empty_like(line), np.empty_like(start))
    nests = _nest(tree, start, duration, np.searchsorted(line, np.arange(len(keys) + 1)).tolist())
    planes = [raw.planes.get(key[0], f"device {key[0]}") for key in keys]
    names = [raw.lines.get(key, str(key[1])) for key in keys]
    lines = make(
        LINES,
        host=["localhost"] * len(keys),
        plane=planes,
        name=names,
        kind=[_kind(plane, name) for plane, name in zip(planes, names, strict=True)],
        nests=nests,
        timestamp_ns=[0] * len(keys),
    )
    events = Table(
        EVENTS,
        {
            "line": line,
            "name": Coded(np.frombuffer(raw.name, np.int32)[order], tuple(raw.names)),
            "start_ps": start,
            "duration_ps": duration,
            "depth": tree.depth,
            "parent": tree.parent,
            "self_ps": tree.self_ps,
        },
    )
    return lines, events


def _sorted(raw: RawTrace, line: Ints32) -> tuple[Ints, Ints32, Ints, Ints]:
    """Return the order of events by (line, start, -duration), and those three columns in it."""
    start, duration = np.frombuffer(raw.start_ps, np.int64), np.frombuffer(raw.duration_ps, np.int64)
    order = np.lexsort((-duration, start, line))
    return order, line[order], start[order], duration[order]


def _nest(tree: nesting.Tree, start: Ints, duration: Ints, bounds: list[int]) -> list[bool]:
    """Write the tree of each line, whose rows lie between two bounds; return whether each line nests."""
    nests = []
    for begin, end in itertools.pairwise(bounds):
        rows = slice(begin, end)
        part = nesting.Tree(tree.depth[rows], tree.parent[rows], tree.self_ps[rows])
        nests.append(not nesting.fill(part, start[rows], duration[rows]))
        part.parent[part.parent >= 0] += begin
    return nests


def _kind(plane: str, name: str) -> str:
    if plane.startswith("/device:"):
        return "device"
    if not plane.startswith("/host:"):
        return "other"
    if name == "python":
        return "python"
    return "executor" if name.startswith("tf_") else "other"
