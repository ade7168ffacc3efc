"""Reads ``*.trace.json.gz``, the Chrome trace that TensorFlow 2.2 writes instead of an XPlane.

Format: the Trace Event Format of Chromium; complete events (``X``) with times in microseconds, and metadata
(``M``) that names processes and threads.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ..protocol.errors import TraceFormatError
from .raw_trace import Event, RawTrace, sound_times
from .xplane_files import load

PS_A_US = 1_000_000
# Parsed, JSON takes about ten times its size.
MAX_BYTES = 1 << 28


def read(path: Path) -> RawTrace:
    """Return what a ``*.trace.json.gz`` (or its unpacked JSON) holds.

    Raises:
        TraceFormatError: it cannot be read, is cut, too large, or no Chrome trace.
    """
    source = load(path)
    if len(source) > MAX_BYTES:
        raise TraceFormatError(f"unpacks to more than {MAX_BYTES >> 20} MiB: trace fewer calls", path)
    try:
        content = json.loads(source.tobytes())
    except (ValueError, RecursionError) as error:
        raise TraceFormatError(f"no valid JSON ({error}); the file was cut or altered", path) from None
    listed = content.get("traceEvents") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise TraceFormatError("holds no list of traceEvents: no Chrome trace", path)
    trace = RawTrace({}, {}, [])
    for number, entry in enumerate(listed):
        try:
            _take(entry, trace)
        except (TypeError, KeyError, AttributeError, ValueError, OverflowError) as error:
            raise TraceFormatError(f"traceEvents[{number}] is damaged ({error})", path) from None
    return trace


def _take(entry: dict[str, Any], trace: RawTrace) -> None:
    kind = entry.get("ph")
    if kind == "X":
        start_ps, duration_ps = _picoseconds(entry["ts"]), _picoseconds(entry.get("dur", 0))
        if not sound_times(start_ps, duration_ps):
            raise ValueError("its time is none of this session")
        line = (_number(entry["pid"]), _number(entry["tid"]))
        trace.events.append(Event(line, _text(entry["name"]), start_ps, duration_ps))
    elif kind == "M" and entry.get("name") == "process_name":
        trace.planes[_number(entry["pid"])] = _text(entry["args"]["name"])
    elif kind == "M" and entry.get("name") == "thread_name":
        trace.lines[_number(entry["pid"]), _number(entry["tid"])] = _text(entry["args"]["name"])


def _picoseconds(microseconds: object) -> int:
    if isinstance(microseconds, bool) or not isinstance(microseconds, int | float):
        raise TypeError(f"a time is {type(microseconds).__name__}")
    if not math.isfinite(microseconds):
        raise ValueError("a time is not finite")
    return round(microseconds * PS_A_US)


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a process or thread is {type(value).__name__}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a name is {type(value).__name__}")
    return value
