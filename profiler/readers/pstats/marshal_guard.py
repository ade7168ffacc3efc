"""Keeps ``marshal`` out of this process: one child process, with limits, parses all ``.prof`` of a report."""

from __future__ import annotations

import math
import os
import selectors
import stat
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from types import TracebackType
from typing import IO

from ...protocol.errors import TraceFormatError
from . import marshal_child
from .marshal_child import Columns

# Columns take less than 4 times the bytes that they are read from.
_REPLY_FACTOR = 8
_REPLY_ALLOWANCE = 4096


@dataclass(frozen=True)
class Limits:
    """What the child may use for one file: a fixed part, and a part proportional to the file's size.

    The child's memory counts from what it has before it opens the file. Profiles of cProfile take up to 15
    bytes of memory a byte, and 0.05 s a megabyte.
    """

    memory_bytes: int = 64 << 20
    memory_factor: float = 24
    time_s: float = 15
    time_s_per_megabyte: float = 1

    def memory(self, size: int) -> int:
        """Return the bytes of memory that a file of ``size`` bytes may take."""
        return self.memory_bytes + math.ceil(size * self.memory_factor)

    def seconds(self, size: int) -> float:
        """Return the seconds that a file of ``size`` bytes may take."""
        return self.time_s + size * self.time_s_per_megabyte / 1e6


class _LostChildError(Exception):
    """The child gave no whole reply; the text says what the file did, or is empty when the child ended."""


class MarshalGuard:
    """Parses ``.prof`` files in one child process, which starts with the first file and ends with the guard.

    A child that dies, takes too long or too much memory costs its file alone: the next gets a fresh child.
    Use it as a context manager, from one thread at a time.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> MarshalGuard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if there is one; the next file starts a new one."""
        child, self._child = self._child, None
        if child is not None:
            # It holds nothing worth an orderly end.
            child.kill()
            _pipe(child.stdin).close()
            _pipe(child.stdout).close()
            child.wait()

    def columns(self, path: str | Path) -> Columns:
        """Return what the ``.prof`` file at ``path`` holds; its values are checked by type alone.

        Raises:
            TraceFormatError: it cannot be read, is no profile, or takes more memory or time than a profile.
        """
        size = _size(path)
        try:
            status, payload = self._ask(path, size)
        except _LostChildError as error:
            did = str(error) or self._how_it_ended()
            self.close()
            raise TraceFormatError(f"{did}, as no profile of its size does: it was altered", path) from None
        except BaseException:
            self.close()
            raise
        if status == marshal_child.REFUSED:
            refusal = _refusal(payload)
            raise TraceFormatError(refusal.message, path, refusal.offset)
        try:
            return from_bytes(payload)
        except (ValueError, struct.error) as error:
            self.close()
            raise TraceFormatError(f"was misread ({error}): it was altered", path) from error

    def _how_it_ended(self) -> str:
        # Its output is closed, so it has ended or is about to.
        code = None if self._child is None else self._child.wait()
        if code == marshal_child.OUT_OF_MEMORY:
            return "takes too much memory to parse"
        return f"ends the process that parses it (status {code})"

    def _ask(self, path: str | Path, size: int) -> tuple[bytes, memoryview]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = _start()
        seconds = self._limits.seconds(size)
        deadline = time.monotonic() + seconds
        name = os.fsencode(Path(path).absolute())
        request = (len(name), size, self._limits.memory(size), math.ceil(seconds) + 1)
        try:
            _pipe(self._child.stdin).write(marshal_child.REQUEST.pack(*request) + name)
            _pipe(self._child.stdin).flush()
        except BrokenPipeError:
            raise _LostChildError from None
        source = _pipe(self._child.stdout)
        status, length = marshal_child.REPLY.unpack(_receive(source, marshal_child.REPLY.size, deadline))
        if length > size * _REPLY_FACTOR + _REPLY_ALLOWANCE:
            raise _LostChildError("gives too much to read")
        return status, _receive(source, length, deadline)


def from_bytes(payload: memoryview) -> Columns:
    """Return the columns in what `marshal_child.to_bytes` made, which are views of it.

    Raises:
        ValueError: it is not of the length that it should be, or a string is no UTF-8.
    """
    lengths = marshal_child.LENGTHS.unpack_from(payload)
    ends = list(accumulate(lengths, initial=marshal_child.LENGTHS.size))
    if ends[-1] != len(payload):
        raise ValueError("columns of another length than they say")
    pieces = [payload[start:end] for start, end in pairwise(ends)]
    split = len(marshal_child.FUNCTION_COLUMNS)
    functions, edges, strings = pieces[:split], pieces[split:-3], pieces[-3:-1]
    paths, names = (tuple(str(s, "utf-8").split("\0")) if functions[0] else () for s in strings)
    sampled, lost_callers = marshal_child.FACTS.unpack(pieces[-1])
    return Columns(functions, edges, paths, names, sampled, lost_callers)


def _refusal(payload: memoryview) -> marshal_child.BadProfileError:
    """Return the refusal in a reply's payload."""
    (offset,) = marshal_child.REFUSAL.unpack_from(payload)
    message = str(payload[marshal_child.REFUSAL.size :], "utf-8", "replace")
    return marshal_child.BadProfileError(message, None if offset < 0 else offset)


def _size(path: str | Path) -> int:
    try:
        found = Path(path).stat()
    except (OSError, ValueError) as error:
        raise TraceFormatError(
            f"cannot be read: {getattr(error, 'strerror', None) or error}", path
        ) from error
    if not stat.S_ISREG(found.st_mode):
        raise TraceFormatError("no file: give the .prof itself", path)
    return found.st_size


def _start() -> subprocess.Popen[bytes]:
    # -I and -S: nothing of the user's environment or packages is imported, and it starts in about 20 ms.
    return subprocess.Popen(
        [sys.executable, "-I", "-S", marshal_child.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("the child was started without this pipe")
    return stream


def _receive(source: IO[bytes], length: int, deadline: float) -> memoryview:
    """Return exactly ``length`` bytes of the child's output."""
    buffer = memoryview(bytearray(length))
    received = 0
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_READ)
        while received < length:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise _LostChildError("takes too long to parse")
            count = os.readv(source.fileno(), [buffer[received:]])
            if not count:
                raise _LostChildError
            received += count
    return buffer
