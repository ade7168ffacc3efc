"""The lock of a traces folder: one run is made in it at a time."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from ..environments import locks
from ..protocol.errors import CollectError
from ..protocol.options import option

LOCK_FILE = ".lock"
_LONGEST_OWNER = 200


@contextlib.contextmanager
def locked(traces: Path) -> Iterator[None]:
    """Hold the traces folder for one run: two at once would disturb each other's times.

    Raises:
        CollectError: the folder cannot be written or locked, or another run holds it.
    """
    path = traces / LOCK_FILE
    with contextlib.ExitStack() as stack:
        try:
            traces.mkdir(parents=True, exist_ok=True)
            descriptor = stack.enter_context(locks.held(path, wait=False))
        except OSError as error:
            raise CollectError(
                f"cannot be written or locked ({error.strerror})",
                traces,
                f"choose another folder with {option('out')}",
            ) from error
        if descriptor is None:
            raise CollectError(
                f"{_owner(path)} is measuring into it",
                traces,
                "wait for it, since two at once disturb each other",
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)


def is_held(traces: Path) -> bool:
    """Return whether a process of this machine is measuring into a traces folder, without taking its lock."""
    named = re.fullmatch(r"process (\d{1,10})", _owner(traces / LOCK_FILE))
    if named is None:
        return False
    try:
        os.kill(int(named[1]), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _owner(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            text = file.read(_LONGEST_OWNER).decode("ascii", "replace").strip()
    except OSError:
        text = ""
    return text or "another process"
