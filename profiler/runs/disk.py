"""Disks and folders that let a run down, told in one line each."""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..protocol.errors import CollectError, RunError, UsageError
from . import record

FULL = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def room_in(folder: Path) -> Iterator[None]:
    """Tell of a disk that is full while runs are written into a folder.

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
        other = "set TMPDIR to another folder" if where == temporary else "choose another folder with --out"
        raise CollectError(
            f"{where}: cannot be written ({error.strerror}); free some space, or {other}"
        ) from error


def _free(folder: Path) -> float:
    """Return the free bytes; a folder that cannot be asked is not the full one."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return float("inf")


def working_folder() -> Path:
    """Return the working folder.

    Raises:
        UsageError: it has been removed.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("the working folder has been removed: change to one that exists") from error


def find_run(name: str, traces: Path) -> Path:
    """Return the run directory that a name means, as `run_directory.find` does.

    Raises:
        RunError: there is none, or no folder can have that name.
    """
    try:
        return record.find(name, traces)
    except OSError as error:
        shown = name if len(name) <= 60 else f"{name[:60]}..."
        raise RunError(
            f"{shown}: no such run ({error.strerror}); `kprof list` shows those there are"
        ) from error
