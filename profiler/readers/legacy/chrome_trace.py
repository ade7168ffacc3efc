"""Reads ``*.trace.json.gz``, the Chrome trace that TensorFlow 2.2 writes instead of an XPlane.

Format: the Trace Event Format of Chromium; complete events (``X``) with times in microseconds, and metadata
(``M``) that names processes and threads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...protocol.errors import TraceFormatError
from ..wire.columns import Bytes
from .json_pieces import JsonPieces
from .raw_trace import RawTrace

PS_A_US = 1_000_000
MAX_BYTES = 1 << 28
_SPACE = b" \t\r\n"


def recognises(head: bytes) -> bool:
    """Return whether a file with these first bytes can be a Chrome trace, which is a JSON object."""
    opening, following = (head.lstrip(_SPACE)[at:] for at in (0, 1))
    return opening.startswith(b"{") and following.lstrip(_SPACE)[:1] in (b'"', b"}", b"")


def parse(source: Bytes, path: Path) -> RawTrace:
    """Return the trace in the JSON of a ``*.trace.json.gz``; errors name ``path``.

    Raises:
        TraceFormatError: it is cut, too large, or no Chrome trace.
    """
    if len(source) > MAX_BYTES:
        raise TraceFormatError(f"unpacks to more than {MAX_BYTES >> 20} MiB: trace fewer calls", path)
    trace = RawTrace()
    try:
        entries = _entries(JsonPieces(str(source.data, "utf-8")))
        for number, entry in enumerate(entries):
            try:
                _take(entry, trace)
            except (TypeError, KeyError, AttributeError, ValueError, OverflowError) as error:
                raise TraceFormatError(f"traceEvents[{number}] is damaged ({error})", path) from None
    except (ValueError, RecursionError) as error:
        raise TraceFormatError(f"no Chrome trace ({error}); the file was cut or altered", path) from None
    return trace


def _entries(text: JsonPieces) -> Iterator[Any]:
    """Yield the entries of the list ``traceEvents``.

    Raises:
        ValueError: there is no such list, or the text is no JSON.
    """
    found = False
    for key in text.members():
        if key == "traceEvents":
            found = True
            yield from text.items()
        else:
            text.value()
    text.finish()
    if not found:
        raise ValueError("it holds no traceEvents")


def _take(entry: dict[str, Any], trace: RawTrace) -> None:
    kind = entry.get("ph")
    if kind == "X":
        line = (_number(entry["pid"]), _number(entry["tid"]))
        times = _picoseconds(entry["ts"]), _picoseconds(entry.get("dur", 0))
        trace.add(line, _text(entry["name"]), *times)
    elif kind == "M" and entry.get("name") == "process_name":
        trace.name_plane(_number(entry["pid"]), _text(entry["args"]["name"]))
    elif kind == "M" and entry.get("name") == "thread_name":
        trace.name_line((_number(entry["pid"]), _number(entry["tid"])), _text(entry["args"]["name"]))


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
