"""Advisory locks on files; the system releases them when their process ends, however it ends."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def held(path: Path, wait: bool = True, shared: bool = False) -> Iterator[int | None]:
    """Hold the lock of a file; a missing file is created.

    Yields:
        The open file's descriptor; None where another process holds the lock and ``wait`` is False.

    Raises:
        OSError: the file cannot be opened or locked, or is a link or no regular file: its folder may come
            from anyone.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(path))
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, kind | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        os.close(descriptor)
