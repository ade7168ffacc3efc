"""Reports full disks and missing folders as one-line errors."""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..protocol.errors import CollectError
from ..protocol.options import option

FULL = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def room_in(folder: Path) -> Iterator[None]:
    """Report a disk that is full while runs are written into a folder.

    Raises:
        CollectError: it is.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        temporary = Path(tempfile.gettempdir())
        # a write does not say where it failed
        where = min((folder, temporary), key=_free)
        another = f"choose another folder with {option('out')}"
        other = "set TMPDIR to another folder" if where == temporary else another
        raise CollectError(
            f"cannot be written ({error.strerror})", where, f"free some space, or {other}"
        ) from error


def _free(folder: Path) -> float:
    """Return the free bytes; a folder that cannot be asked is not the full one."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return float("inf")
