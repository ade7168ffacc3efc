"""The parent's side of the process that parses ``.prof`` files: one child for all files of a report."""

from __future__ import annotations

import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from ..protocol.errors import TraceFormatError
from ..tables import Coded

CHILD = Path(__file__).with_name("marshal_child.py")
LENGTH = struct.Struct("<Q")
TIMEOUT_S = 60.0
BYTES_A_SECOND = 2 << 20
MAX_FILE_BYTES = 1 << 30


class MarshalGuard:
    """A child process with a memory limit that turns ``.prof`` bytes into columns.

    Use it as a context manager around all files of a report. A child that dies, hangs or runs out of
    memory costs its file only: the next one gets a fresh child.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> MarshalGuard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def columns(self, path: Path) -> dict[str, npt.NDArray[Any] | Coded]:
        """Return the columns of a ``.prof`` file by ``table.column``.

        Raises:
            TraceFormatError: it cannot be read, or it is no profile.
        """
        try:
            size = path.stat().st_size
            if size > MAX_FILE_BYTES:
                raise TraceFormatError(f"larger than {MAX_FILE_BYTES >> 20} MB", path)
            data = path.read_bytes()
        except OSError as error:
            raise TraceFormatError(error.strerror or str(error), path) from error
        if not data:
            raise TraceFormatError("empty, no profile", path)
        try:
            answer = self._ask(data)
        except (OSError, EOFError, TimeoutError) as error:
            self.close()
            raise TraceFormatError(f"no profile: the process that parsed it {error}", path) from error
        return _columns(answer, path)

    def _ask(self, data: bytes) -> bytes:
        child = self._started()
        assert child.stdin is not None and child.stdout is not None
        deadline = time.monotonic() + self._timeout_s + len(data) / BYTES_A_SECOND
        try:
            child.stdin.write(LENGTH.pack(len(data)))
            child.stdin.write(data)
            child.stdin.flush()
        except BrokenPipeError as error:
            raise EOFError("died") from error
        (length,) = LENGTH.unpack(_read(child.stdout.fileno(), LENGTH.size, deadline))
        return _read(child.stdout.fileno(), length, deadline)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-S", str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._child


def _read(descriptor: int, count: int, deadline: float) -> bytes:
    parts = []
    while count:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError("did not answer in time")
        part = os.read(descriptor, min(count, 1 << 20))
        if not part:
            raise EOFError("died")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _columns(answer: bytes, path: Path) -> dict[str, npt.NDArray[Any] | Coded]:
    head, _, body = answer.partition(b"\n")
    described = json.loads(head)
    if "error" in described:
        raise TraceFormatError(described["error"], path)
    columns: dict[str, npt.NDArray[Any] | Coded] = {}
    offset = 0
    for name, length in described["columns"].items():
        part = body[offset : offset + length]
        offset += length
        if name in described["texts"]:
            columns[name] = Coded(np.frombuffer(part, np.int32), tuple(described["texts"][name]))
        else:
            columns[name] = np.frombuffer(part, np.float64 if name.endswith("_s") else np.int64)
    return columns
