"""Finds the profiler sessions of a TensorBoard log directory."""

from __future__ import annotations

import os
import re
import stat
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ..protocol.errors import TraceFormatError
from . import reader

FORMATS = ("xplane", "legacy")
"""The formats that a profiler session is written in, the one that says most first."""
MOST_ENTRIES = 1 << 17
"""So many files and folders are looked at, all in all."""
DEEPEST = 12
FRESH_S = 60
"""A file or folder that is still empty this long after its last change stays so."""

_TEMPORARY = re.compile(r"(?:xplane\.pb|\.trace)\b.*[.~](?:tmp|temp|part|partial)[^.]*", re.IGNORECASE)
_BELOW = ("plugins", "profile")
_NO_HOST = "localhost"


@cache
def _suffixes() -> tuple[tuple[str, str], ...]:
    """Return how files of a session end, each with the id of its reader."""
    return tuple((suffix, name) for name in FORMATS for suffix in reader(name).SUFFIXES)


@dataclass(frozen=True)
class SessionFile:
    """A file of a session.

    Attributes:
        path: where it lies.
        host: the machine that recorded it, as its name says.
        format: the id of its reader in `readers.FORMATS`, by how its name ends.
        size: its bytes.
    """

    path: Path
    host: str
    format: str
    size: int


@dataclass(frozen=True)
class Session:
    """One session of the TensorFlow profiler: a folder with one or more files of each host.

    Attributes:
        name: how it is told from the others, like ``train/2026_11_26_01_02_03``.
        folder: where its files lie.
        files: those that a reader reads, the XPlanes first; none where the first is not yet written.
        being_written: whether a profiler still writes it: a file has a temporary name, changed while it was
            looked at, or is empty and new.
    """

    name: str
    folder: Path
    files: tuple[SessionFile, ...]
    being_written: bool

    @property
    def hosts(self) -> tuple[str, ...]:
        """The machines that recorded it."""
        return tuple(dict.fromkeys(file.host for file in self.files))

    @property
    def formats(self) -> tuple[str, ...]:
        """The ids of the readers of its files, the one that says most first."""
        return tuple(dict.fromkeys(file.format for file in self.files))

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(file.size for file in self.files)


def sessions(folder: Path) -> tuple[Session, ...]:
    """Return the sessions of a log directory, a ``plugins/profile`` folder or one session's own, by name.

    No link is followed that leads out of the folder, and none to a folder.

    Raises:
        TraceFormatError: the folder cannot be read, or holds more than `MOST_ENTRIES` files and folders.
    """
    root = Path(folder)
    now = time.time()
    found = []
    for place in _folders(root):
        session = _session(place, root, now)
        if session is not None:
            found.append(session)
    return _named_apart(sorted(found, key=lambda session: session.name), root)


@dataclass(frozen=True)
class _Folder:
    path: Path
    entries: tuple[os.DirEntry[str], ...]


def _folders(root: Path) -> Iterator[_Folder]:
    """Yield a folder and those below it, as deep as `DEEPEST`."""
    left = MOST_ENTRIES
    waiting = [(root, 0)]
    while waiting:
        path, depth = waiting.pop()
        entries = []
        try:
            with os.scandir(path) as listing:
                for entry in listing:
                    left -= 1
                    if left < 0:
                        problem = f"holds more than {MOST_ENTRIES} files and folders"
                        raise TraceFormatError(problem, root, to_do="give the folder of one profiler session")
                    if not entry.is_dir(follow_symlinks=False):
                        entries.append(entry)
                    elif depth < DEEPEST:
                        waiting.append((Path(entry.path), depth + 1))
        except (OSError, ValueError) as error:
            if path == root:
                reason = getattr(error, "strerror", None) or error
                raise TraceFormatError(f"cannot be read: {reason}", root) from None
            continue
        yield _Folder(path, tuple(entries))


def _session(place: _Folder, root: Path, now: float) -> Session | None:
    """Return the session whose folder it is, if it is one."""
    files = []
    unfinished = False
    for entry in place.entries:
        suffix, name = next((pair for pair in _suffixes() if entry.name.endswith(pair[0])), (None, None))
        if suffix is None or name is None:
            unfinished |= _TEMPORARY.search(entry.name) is not None
            continue
        before = _status(entry, root)
        if before is None:
            continue
        host = entry.name.removesuffix(suffix).rstrip(".") or _NO_HOST
        files.append(SessionFile(Path(entry.path), host, name, before.st_size))
        after = _status(entry, root)
        changed = after is None or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns)
        unfinished |= changed or (before.st_size == 0 and now - before.st_mtime < FRESH_S)
    if not files and not unfinished:
        unfinished = _awaits_its_first_file(place, now)
    if not files and not unfinished:
        return None
    files.sort(key=lambda file: (FORMATS.index(file.format), file.path.name))
    return Session(_name(place.path, root), place.path, tuple(files), unfinished)


def _status(entry: os.DirEntry[str], root: Path) -> os.stat_result | None:
    """Return what the system says now of a file; None where it is gone, or a link that leads out."""
    try:
        if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root.resolve()):
            return None
        found = os.stat(entry.path)  # noqa: PTH116  an entry's own stat would be kept
    except (OSError, RuntimeError):
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _awaits_its_first_file(place: _Folder, now: float) -> bool:
    """Return whether a profiler made this folder just now and has written nothing yet."""
    if place.entries or place.path.parts[-3:-1] != _BELOW:
        return False
    try:
        return now - place.path.stat().st_mtime < FRESH_S
    except OSError:
        return False


def _name(path: Path, root: Path) -> str:
    """Return how a session is called below a folder: its place without ``plugins/profile``."""
    parts = list(path.relative_to(root).parts)
    if tuple(parts[-3:-1]) == _BELOW:
        del parts[-3:-1]
    return "/".join(parts) or path.absolute().name


def _named_apart(found: list[Session], root: Path) -> tuple[Session, ...]:
    """Return sessions with whole places for names where two share one."""
    count = Counter(session.name for session in found)
    return tuple(
        session
        if count[session.name] == 1
        else replace(session, name=session.folder.relative_to(root).as_posix())
        for session in found
    )
