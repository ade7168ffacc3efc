"""Parses ``.prof`` bytes in a process of its own; `marshal_guard` runs this file as a script.

Only the standard library is imported, so that the process starts quickly and its memory can be limited
tightly. The format: marshal of a dictionary, label -> (primitive calls, calls, self s, cumulative s, callers),
label = (file, line, name), each of ``callers`` label -> (calls, primitive calls, self s, cumulative s);
CPython's ``Lib/cProfile.py``, ``Lib/pstats.py`` and ``Python/marshal.c``.
"""

from __future__ import annotations

import gc
import marshal
import os
import re
import signal
import struct
import sys
from array import array
from collections.abc import Iterable
from itertools import chain, count
from operator import itemgetter
from typing import Any, NamedTuple

REQUEST = struct.Struct("=4Q")  # bytes of the path, of the file, of memory allowed beyond what is in use; s
REPLY = struct.Struct("=cQ")  # DONE or REFUSED, bytes of the payload
DONE, REFUSED = b"+", b"-"
_REFUSAL = struct.Struct("=q")  # the byte, or -1; then the message
_COUNTS = struct.Struct("=4Q")  # functions, edges, bytes of the paths, bytes of the names

# Two labels of two references (5 bytes each) are the least that an edge takes in a file.
_BYTES_AN_EDGE = 10

# What may stand outside strings: references, integers of up to 75 bits, floats, tuples of 3 to 5, dictionaries.
# The repetition is bounded because each turn costs memory until the match ends.
_FIXED = re.compile(
    rb"(?:[ri\xe9]....|[g\xe7]........|[)\xa9][\x03-\x05]|[{\xfb0]"
    rb"|[l\xec](?:\x03\0\0\0......|\x04\0\0\0........|\x05\0\0\0..........)){1,500}",
    re.DOTALL,
)
_SHORT_STRINGS = frozenset(b"zZ\xfa\xda")
_LONG_STRINGS = frozenset(b"aAut\xe1\xc1\xf5\xf4")
_NO_PROFILE = "not a profile that cProfile wrote"


class BadProfileError(Exception):
    """Bytes that hold no profile; ``offset`` is where that shows, when known."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Columns(NamedTuple):
    """A profile as flat columns of machine values, in the order of the file.

    Of type int64: ``line``, ``primitive_calls``, ``calls``, ``callers`` (how many edges lead to the function; they
    come in the functions' order), ``edge_caller`` (row of the function), ``edge_calls``,
    ``edge_primitive_calls``. Of type float64, in s: the four ``..._s``. Of type int32: ``path`` and ``name``,
    which index ``paths`` and ``names``.
    """

    line: Any
    primitive_calls: Any
    calls: Any
    callers: Any
    self_s: Any
    cumulative_s: Any
    edge_caller: Any
    edge_calls: Any
    edge_primitive_calls: Any
    edge_self_s: Any
    edge_cumulative_s: Any
    path: Any
    name: Any
    paths: tuple[str, ...]
    names: tuple[str, ...]


_NUMERIC = Columns._fields[:-2]
_EDGE_PREFIX, _CODED = "edge_", ("path", "name")


def parse(data: bytes) -> Columns:
    """Return the columns that the bytes of a ``.prof`` hold; no value is judged beyond its type.

    Raises:
        BadProfileError: the bytes hold no profile.
        MemoryError: they ask for more memory than there is.
    """
    check_tokens(data)
    collecting = gc.isenabled()
    # Nothing of what is loaded is garbage: looking for it would take longer than loading.
    gc.disable()
    try:
        return _columns(_load(data), len(data))
    finally:
        if collecting:
            gc.enable()


def check_tokens(data: bytes) -> None:
    """Pass the bytes that consist of what a profile consists of, with lengths that they have room for.

    So ``marshal`` never meets a length that asks for gigabytes, nor a code object.

    Raises:
        BadProfileError: they do not.
    """
    if not data:
        raise BadProfileError("empty: the process that should have written it ended too early")
    if data[0] not in b"{\xfb":
        pickled = data[0] == 0x80 and len(data) > 1 and data[1] <= 5
        raise BadProfileError(_NO_PROFILE + (" but a pickle, which is not read" if pickled else ""), 0)
    position, size, match = 0, len(data), _FIXED.match
    while position < size:
        found = match(data, position)
        if found:
            position = found.end()
            if position == size:
                break
        code = data[position]
        if code in _SHORT_STRINGS and position + 1 < size:
            position += 2 + data[position + 1]
        elif code in _LONG_STRINGS and position + 4 < size:
            position += 5 + int.from_bytes(data[position + 1 : position + 5], "little")
        elif not found:
            raise BadProfileError(_NO_PROFILE + ", or cut or altered", position)
    if position > size:
        raise BadProfileError("cut or altered: a name reaches beyond its end", size)


def _load(data: bytes) -> Any:
    """Return the object that the checked bytes hold, all of them."""
    try:
        # An ellipsis cannot be in checked bytes: it comes out second if the first object ends where they end.
        stats, end = marshal.loads(b")\x02" + data + b".")
    except (ValueError, EOFError, TypeError) as error:
        raise BadProfileError(f"cut or altered ({error})") from error
    if end is not Ellipsis:
        raise BadProfileError("altered: its table of functions ends before the file does")
    return stats


def _columns(stats: Any, size: int) -> Columns:
    _require((stats,), dict, None, "the whole")
    keys, rows = list(stats), list(stats.values())
    _require(keys, tuple, 3, "a function's label")
    _require(rows, tuple, 5, "a function's row")
    callers = list(map(itemgetter(4), rows))
    _require(callers, dict, None, "a function's callers")
    lengths = array("q", map(len, callers))
    if sum(lengths) * _BYTES_AN_EDGE > size:
        raise BadProfileError("altered: it has more callers than its size has room for")
    edges = list(chain.from_iterable(map(dict.values, callers)))
    if edges and type(edges[0]) is int:
        raise BadProfileError("written by the module profile, which keeps no times of callers: use cProfile")
    _require(edges, tuple, 4, "a caller's row")
    figures = list(chain.from_iterable(edges))
    row_of = dict(zip(keys, count()))
    path, paths = _encode(list(map(itemgetter(0), keys)))
    name, names = _encode(list(map(itemgetter(2), keys)))
    try:
        caller = array("q", map(row_of.__getitem__, chain.from_iterable(callers)))
    except KeyError as error:
        raise BadProfileError("altered: a caller is none of its functions") from error
    return Columns(
        line=_numbers("q", map(itemgetter(1), keys), "a line"),
        primitive_calls=_numbers("q", map(itemgetter(0), rows), "a number of calls"),
        calls=_numbers("q", map(itemgetter(1), rows), "a number of calls"),
        callers=lengths,
        self_s=_numbers("d", map(itemgetter(2), rows), "a time"),
        cumulative_s=_numbers("d", map(itemgetter(3), rows), "a time"),
        edge_caller=caller,
        edge_calls=_numbers("q", figures[0::4], "a number of calls"),
        edge_primitive_calls=_numbers("q", figures[1::4], "a number of calls"),
        edge_self_s=_numbers("d", figures[2::4], "a time"),
        edge_cumulative_s=_numbers("d", figures[3::4], "a time"),
        path=path,
        name=name,
        paths=paths,
        names=names,
    )


def _require(values: Iterable[Any], kind: type, length: int | None, what: str) -> None:
    if set(map(type, values)) - {kind} or (length is not None and set(map(len, values)) - {length}):
        size = "" if length is None else f" of {length}"
        raise BadProfileError(f"{_NO_PROFILE}: {what} is no {kind.__name__}{size}")


def _numbers(code: str, values: Iterable[Any], what: str) -> array[Any]:
    try:
        return array(code, values)
    except (TypeError, OverflowError) as error:
        raise BadProfileError(f"{_NO_PROFILE}: {what} is no number of 64 bits") from error


def _encode(strings: list[Any]) -> tuple[array[int], tuple[str, ...]]:
    """Return for each string its index in the distinct ones, and those."""
    _require(strings, str, None, "a file or name")
    distinct = tuple(dict.fromkeys(strings))
    if any("\0" in string for string in distinct):
        raise BadProfileError(f"{_NO_PROFILE}: a file or name holds a zero byte")
    return array("i", map(dict(zip(distinct, count())).__getitem__, strings)), distinct


def to_bytes(columns: Columns) -> list[bytes]:
    """Return columns as pieces of bytes; what UTF-8 cannot hold in a string becomes a backslash escape."""
    paths, names = ("\0".join(s).encode("utf-8", "backslashreplace") for s in columns[-2:])
    counts = _COUNTS.pack(len(columns.line), len(columns.edge_caller), len(paths), len(names))
    return [counts, *(column.tobytes() for column in columns[: len(_NUMERIC)]), paths, names]


def from_bytes(payload: memoryview) -> Columns:
    """Return the columns in what `to_bytes` made, as views of it.

    Raises:
        ValueError: it is not of the length that it should be, or a string is no UTF-8.
    """
    functions, edges, path_bytes, name_bytes = _COUNTS.unpack_from(payload)
    position, columns = _COUNTS.size, []
    for field in _NUMERIC:
        rows = edges if field.startswith(_EDGE_PREFIX) else functions
        columns.append(payload[position : position + rows * (4 if field in _CODED else 8)])
        position += rows * (4 if field in _CODED else 8)
    if position + path_bytes + name_bytes != len(payload):
        raise ValueError("columns of another length than they say")
    strings = (payload[position : position + path_bytes], payload[position + path_bytes :])
    paths, names = (tuple(str(s, "utf-8").split("\0")) if functions else () for s in strings)
    return Columns(*columns, paths, names)


def refusal(payload: memoryview) -> BadProfileError:
    """Return the refusal in a reply's payload."""
    (offset,) = _REFUSAL.unpack_from(payload)
    message = str(payload[_REFUSAL.size :], "utf-8", "replace")
    return BadProfileError(message, None if offset < 0 else offset)


def _limit_memory(allowed: int) -> None:
    """Let this process take ``allowed`` bytes more than it has, where the system can hold it to that."""
    try:
        import resource  # noqa: PLC0415  not on every system

        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  pathlib would slow the start
            used = int(file.read().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = used + allowed
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (ImportError, OSError, ValueError):
        # Without a limit the checked tokens still bound what is loaded to a multiple of the file.
        return


def _answer(path: bytes, size: int) -> tuple[bytes, list[bytes]]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  pathlib would slow the start
            data = file.read(size + 1)
        if len(data) != size:
            raise BadProfileError("changed while it was read: wait until it is written")
        return DONE, to_bytes(parse(data))
    except BadProfileError as error:
        offset = -1 if error.offset is None else error.offset
        return REFUSED, [_REFUSAL.pack(offset), error.message.encode("utf-8", "replace")]
    except OSError as error:
        return REFUSED, [_REFUSAL.pack(-1), f"cannot be read: {error.strerror}".encode()]


def serve() -> None:
    """Answer requests from standard input on standard output until the input ends.

    A file that takes more memory than it may ends the process with status 1, one that takes more time ends
    it by a signal.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while request := source.read(REQUEST.size):
        path_bytes, size, memory, seconds = REQUEST.unpack(request)
        path = source.read(path_bytes)
        _limit_memory(memory)
        # The parent has a clock too; this one ends the process when there is no parent any more.
        signal.alarm(seconds)
        try:
            status, payload = _answer(path, size)
            sink.write(REPLY.pack(status, sum(map(len, payload))))
            sink.writelines(payload)
            sink.flush()
        except (MemoryError, BrokenPipeError):
            os._exit(1)
        signal.alarm(0)
        del payload
        gc.collect()


if __name__ == "__main__":
    serve()
