"""Parses ``.prof`` bytes in a process of its own; `marshal_guard` runs this file as a script.

Only the standard library is imported, so that the process starts quickly and its memory can be limited
tightly. The format is marshal of a dictionary, label -> (primitive calls, calls, self s, cumulative s,
callers), where a label is (file, line, name) and callers are label -> (calls, primitive calls, self s,
cumulative s): CPython's ``Lib/cProfile.py``, ``Lib/pstats.py`` and ``Python/marshal.c``. A sampling profiler
adds the key `SAMPLED`, and its callers are label -> samples: ``Lib/profiling/sampling/pstats_collector.py``.
"""

from __future__ import annotations

import gc
import importlib
import marshal
import os
import re
import signal
import struct
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, count
from typing import Any, NamedTuple

Buffer = bytes | memoryview

REQUEST = struct.Struct("=4Q")  # bytes of the path, of the file, of memory allowed beyond what is in use; s
REPLY = struct.Struct("=cQ")  # DONE or REFUSED, bytes of the payload
DONE, REFUSED = b"+", b"-"
OUT_OF_MEMORY = 3
REFUSAL = struct.Struct("=q")  # the byte, or -1; then the message

# Columns of 8 bytes a value, with the code that `array` and NumPy have for its type. ``edges``: how many lead
# to the function; ``path`` and ``name`` index the distinct strings, ``caller`` the functions.
FUNCTION_COLUMNS = (
    ("line", "q"),
    ("primitive_calls", "q"),
    ("calls", "q"),
    ("self_s", "d"),
    ("cumulative_s", "d"),
    ("edges", "q"),
    ("path", "q"),
    ("name", "q"),
)
EDGE_COLUMNS = (
    ("calls", "q"),
    ("primitive_calls", "q"),
    ("self_s", "d"),
    ("cumulative_s", "d"),
    ("caller", "q"),
)
FACTS = struct.Struct("=?Q")  # sampled, lost callers
LENGTHS = struct.Struct(f"={len(FUNCTION_COLUMNS) + len(EDGE_COLUMNS) + 3}Q")

SAMPLED = ("__sampled__",)

# Two labels of two references (5 bytes each) are the least that an edge takes in a file.
_BYTES_AN_EDGE = 10
_FUNCTIONS_AT_ONCE = 1000


def _short_string() -> bytes:
    """Return a pattern of strings with one byte of length; steps of 16 lengths spare most comparisons."""
    steps = (range(low, low + 16) for low in range(0, 256, 16))
    lengths = (
        rb"(?=[\x%02x-\x%02x])(?:%b)" % (step[0], step[-1], b"|".join(rb"\x%02x.{%d}" % (n, n) for n in step))
        for step in steps
    )
    return rb"[zZ\xfa\xda](?:%b)" % b"|".join(lengths)


# All that a profile consists of, but for strings with four bytes of length. First, for speed, the usual
# caller, function's figures and label as a whole; then references, integers, floats, tuples of 3 to 5,
# dictionaries, integers of up to 75 bits, strings. The repetition is bounded because each turn costs memory
# until the match ends; one that never goes back is quicker, from Python 3.11 on.
_COUNT, _TIME = rb"[ri\xe9]....", rb"[g\xe7]........"
_ROW = _COUNT * 2 + _TIME * 2
_FIRM = b"+" if sys.version_info >= (3, 11) else b""
_TOKENS = re.compile(
    rb"(?:r....(?:[)\xa9]\x04%b)?%b" % (_ROW, _FIRM)
    + rb"|[)\xa9]\x05%b[{\xfb]|[)\xa9]\x04%b|[)\xa9]\x03r....%b" % (_ROW, _ROW, _COUNT)
    + rb"|%b|%b|[)\xa9][\x01\x03-\x05]|[{\xfb0T]" % (_COUNT, _TIME)
    + rb"|[l\xec](?:\x03\0\0\0......|\x04\0\0\0........|\x05\0\0\0..........)"
    + rb"|%b){1,500}%b" % (_short_string(), _FIRM),
    re.DOTALL,
)
# A tuple of the profile and an ellipsis, which comes out second only if the profile ends where the bytes end.
_BEFORE, _AFTER = b")\x02", b"."
_LONG_STRINGS = frozenset(b"aAut\xe1\xc1\xf5\xf4")
_OLD = b"{("  # how a profile of Python 2 starts, and of no Python from 3.4 on
_NO_PROFILE = "not a profile that cProfile wrote"


class BadProfileError(Exception):
    """Bytes that hold no profile; ``offset`` is where that shows, when known."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Columns(NamedTuple):
    """A profile as columns of machine values, in the order of the file.

    ``functions``: the `FUNCTION_COLUMNS`. ``edges``: the `EDGE_COLUMNS`, in the order of the functions that
    they lead to. ``paths``, ``names``: the distinct strings that the functions' columns index. ``sampled``:
    whether calls are samples; edges then have no times. ``lost_callers``: edges without a caller, left out.
    """

    functions: Sequence[Buffer]
    edges: Sequence[Buffer]
    paths: tuple[str, ...]
    names: tuple[str, ...]
    sampled: bool = False
    lost_callers: int = 0


def parse(data: Buffer) -> Columns:
    """Return the columns that the bytes of a ``.prof`` hold; values are checked by type alone.

    Raises:
        BadProfileError: the bytes hold no profile.
        MemoryError: they ask for more memory than there is.
    """
    if data[:2] == _OLD:
        return _parse_old(data)
    check_tokens(data)
    return _parse(frame(data))


def parse_limited(framed: bytearray) -> Columns:
    """Return the columns of framed bytes, in a process whose memory is limited.

    There a length that asks for gigabytes is refused by the system at once: the tokens are looked at only
    to say what is wrong. It raises what `parse` does.
    """
    data = memoryview(framed)[len(_BEFORE) : -len(_AFTER)]
    if data[:2] == _OLD:
        return _parse_old(data)
    try:
        return _parse(framed)
    except (BadProfileError, MemoryError):
        check_tokens(data)
        raise


def frame(data: Buffer) -> bytearray:
    """Return the bytes framed, so that `_load` notices when the first object ends before they do."""
    return bytearray(b"".join((_BEFORE, data, _AFTER)))


def read_framed(path: bytes, size: int) -> bytearray:
    """Return the `frame` of a file that should have ``size`` bytes.

    Raises:
        BadProfileError: it has more or fewer.
        OSError: it cannot be read.
    """
    framed = bytearray(len(_BEFORE) + size + len(_AFTER))
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  pathlib would slow the start
        inside = memoryview(framed)[len(_BEFORE) : len(_BEFORE) + size]
        read = 0
        while count := file.readinto(inside[read:]):
            read += count
        if read != size or file.read(1):
            raise BadProfileError("changed while it was read: wait until it is written")
    framed[: len(_BEFORE)] = _BEFORE
    framed[-len(_AFTER) :] = _AFTER
    return framed


def _parse_old(data: Buffer) -> Columns:
    """Return the columns of a profile that Python 2 wrote."""
    if not __package__:  # run as a script
        sys.path.append(os.path.dirname(__file__))  # noqa: PTH120  pathlib would slow the start
    old_marshal = importlib.import_module(".old_marshal" if __package__ else "old_marshal", __package__)
    try:
        return _columns(old_marshal.loads(bytes(data)), len(data))
    except old_marshal.OldMarshalError as error:
        raise BadProfileError(error.message, error.offset) from error


def _parse(framed: bytearray) -> Columns:
    collecting = gc.isenabled()
    # Nothing of what is loaded is garbage: looking for it would take longer than loading.
    gc.disable()
    try:
        return _columns(_load(framed), len(framed))
    finally:
        if collecting:
            gc.enable()


def check_tokens(data: Buffer) -> None:
    """Accept bytes that hold only what a profile holds, and no length that exceeds them.

    So ``marshal`` never meets a length that asks for gigabytes, nor a code object.

    Raises:
        BadProfileError: they do not.
    """
    if not data:
        raise BadProfileError("empty: the process that should have written it ended too early")
    if data[0] not in b"{\xfb":
        raise BadProfileError(_NO_PROFILE, 0)
    position, size, match = 0, len(data), _TOKENS.match
    while position < size:
        found = match(data, position)
        if found:
            position = found.end()
        elif data[position] in _LONG_STRINGS:
            position += 5 + int.from_bytes(data[position + 1 : position + 5], "little")
        else:
            raise BadProfileError(f"{_NO_PROFILE}, or cut or altered", position)
    if position > size:
        raise BadProfileError("cut or altered: a name reaches beyond its end", size)


def _load(framed: bytearray) -> Any:
    """Return the object that the framed bytes hold, all of them."""
    try:
        stats, end = marshal.loads(framed)
    except (ValueError, EOFError, TypeError) as error:
        raise BadProfileError(f"cut or altered ({error})") from error
    if end is not Ellipsis:
        raise BadProfileError("altered: its table of functions ends before the file does")
    return stats


class _Builder:
    """Makes columns from a few functions at a time, while they are still in the processor's cache."""

    def __init__(self, row_of: dict[Any, int], room: int, sampled: bool) -> None:
        self._row_of = row_of
        self._room = room
        self._sampled = sampled
        self._lost_callers = 0
        self._functions = tuple(array(code) for _, code in FUNCTION_COLUMNS)
        self._edges = tuple(array(code) for _, code in EDGE_COLUMNS)
        self._paths: defaultdict[str, int] = defaultdict(count().__next__)
        self._names: defaultdict[str, int] = defaultdict(count().__next__)

    def add(self, keys: list[Any], rows: list[Any]) -> None:
        """Add the next functions and their callers, given by as many labels as rows."""
        try:
            files, lines, names = zip(*keys, strict=True)
            *figures, tables = zip(*rows, strict=True)
            primitive, calls, self_s, cumulative_s = figures
        except (ValueError, TypeError) as error:
            raise BadProfileError(f"{_NO_PROFILE}: a function has no label of 3 and row of 5") from error
        _require(tables, dict, "a function's callers")
        callers = sum(map(len, tables))
        self._room -= callers * _BYTES_AN_EDGE
        if self._room < 0:
            raise BadProfileError("altered: it has more callers than its size has room for")
        try:
            self._add_edges(tables)
        except KeyError:
            known = self._row_of
            tables = tuple({k: row for k, row in table.items() if k in known} for table in tables)
            self._lost_callers += callers - sum(map(len, tables))
            self._add_edges(tables)
        lengths = [*map(len, tables)]
        path, name = map(self._paths.__getitem__, files), map(self._names.__getitem__, names)
        _extend(self._functions, (lines, primitive, calls, self_s, cumulative_s, lengths, [*path], [*name]))

    def _add_edges(self, tables: Sequence[dict[Any, Any]]) -> None:
        """Add the callers in these tables; KeyError where one is no function, and then none is added."""
        edges = list(chain.from_iterable(map(dict.values, tables)))
        if not edges:
            return
        rows = [*map(self._row_of.__getitem__, chain.from_iterable(tables))]
        if type(edges[0]) is int:
            if not self._sampled:
                raise BadProfileError("written by the module profile, which times no callers: use cProfile")
            _require(edges, int, "a caller's samples")
            no_times = [0.0] * len(edges)
            _extend(self._edges, (edges, edges, no_times, no_times, rows))
            return
        _require(edges, tuple, "a caller's row")
        try:
            calls, primitive, self_s, cumulative_s = zip(*edges, strict=True)
        except ValueError as error:
            raise BadProfileError(f"{_NO_PROFILE}: a row is not of its size") from error
        _extend(self._edges, (calls, primitive, self_s, cumulative_s, rows))

    def finish(self) -> Columns:
        """Return all that was added."""
        paths, names = tuple(self._paths), tuple(self._names)
        for distinct in (paths, names):
            _require(distinct, str, "a file or name")
            if "\0" in "".join(distinct):
                raise BadProfileError(f"{_NO_PROFILE}: a file or name holds a zero byte")
        functions, edges = [*map(_bytes, self._functions)], [*map(_bytes, self._edges)]
        return Columns(functions, edges, paths, names, self._sampled, self._lost_callers)


def _extend(columns: Sequence[array[Any]], values: Sequence[Sequence[Any]]) -> None:
    try:
        for column, more in zip(columns, values, strict=True):
            column.extend(array(column.typecode, more))
    except (TypeError, OverflowError) as error:
        raise BadProfileError(f"{_NO_PROFILE}: a number is none of 64 bits") from error


def _bytes(column: array[Any]) -> memoryview:
    return memoryview(column).cast("B")


def _columns(stats: Any, size: int) -> Columns:
    _require((stats,), dict, "the whole")
    sampled = stats.pop(SAMPLED, None) is not None
    keys, rows = list(stats), list(stats.values())
    stats.clear()
    builder = _Builder(dict(zip(keys, count())), size, sampled)
    rows.reverse()
    for start in range(0, len(keys), _FUNCTIONS_AT_ONCE):
        part = rows[: -_FUNCTIONS_AT_ONCE - 1 : -1]
        # What is done with is freed at once.
        del rows[-_FUNCTIONS_AT_ONCE:]
        builder.add(keys[start : start + _FUNCTIONS_AT_ONCE], part)
    return builder.finish()


def _require(values: Iterable[Any], kind: type, what: str) -> None:
    if set(map(type, values)) - {kind}:
        raise BadProfileError(f"{_NO_PROFILE}: {what} is no {kind.__name__}")


def to_bytes(columns: Columns) -> list[Buffer]:
    """Return columns as pieces of bytes; text that UTF-8 cannot hold is written as backslash escapes."""
    texts = (columns.paths, columns.names)
    strings = ["\0".join(distinct).encode("utf-8", "backslashreplace") for distinct in texts]
    facts = FACTS.pack(columns.sampled, columns.lost_callers)
    pieces = [*columns.functions, *columns.edges, *strings, facts]
    return [LENGTHS.pack(*map(len, pieces)), *pieces]


def _limit_memory(allowed: int) -> bool:
    """Limit this process to so many bytes more than it has; return whether the system enforces it."""
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
        return False
    return sys.platform == "linux"


def _answer(path: bytes, size: int, memory: int) -> tuple[bytes, list[Buffer]]:
    limited = _limit_memory(memory)
    try:
        framed = read_framed(path, size)
        if limited:
            return DONE, to_bytes(parse_limited(framed))
        return DONE, to_bytes(parse(memoryview(framed)[len(_BEFORE) : -len(_AFTER)]))
    except BadProfileError as error:
        offset = -1 if error.offset is None else error.offset
        return REFUSED, [REFUSAL.pack(offset), error.message.encode("utf-8", "replace")]
    except OSError as error:
        return REFUSED, [REFUSAL.pack(-1), f"cannot be read: {error.strerror}".encode()]


def serve() -> None:
    """Answer requests from standard input on standard output until the input ends.

    A file that takes more memory than it may ends the process with the status `OUT_OF_MEMORY`, one that takes
    more time ends it by a signal.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while request := source.read(REQUEST.size):
        path_bytes, size, memory, seconds = REQUEST.unpack(request)
        path = source.read(path_bytes)
        # The parent has a clock too; this one ends the process when there is no parent any more.
        signal.alarm(seconds)
        try:
            status, payload = _answer(path, size, memory)
            sink.write(REPLY.pack(status, sum(map(len, payload))))
            sink.writelines(payload)
            sink.flush()
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except BrokenPipeError:
            os._exit(0)
        signal.alarm(0)
        del payload


if __name__ == "__main__":
    serve()
