"""Removes runs: those that a user named, whole or not at all."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..protocol import files, schemas
from ..protocol.errors import RunError
from . import disk, record
from .store import locked

REMOVED_PREFIX = ".removed-"
FAMILY = schemas.RUN.partition("/")[0]
# How the names of all begin that kprof writes into a run.
OURS = (files.RUN_FILE, files.CAPTURES_FOLDER, "report.", files.PARTIAL_PREFIX)


@dataclass(frozen=True)
class Removable:
    """A run, or a capture of one that was cut short, that may be removed.

    Attributes:
        path: its folder, without links.
        traces: the folder of runs that it lies in, which is locked while one is made.
        bytes: what removing it gives back.
    """

    path: Path
    traces: Path
    bytes: int


def choose(names: Sequence[str], traces: Path) -> tuple[Removable, ...]:
    """Return what is meant, each once.

    Args:
        names: paths, names, or ``latest``; or ``RUN/.partial-N``, a capture that was cut short.
        traces: the folder that names are sought in.

    Raises:
        RunError: there is no such run, or it is one that must stay.
    """
    found = (_removable(name, traces) for name in names)
    return tuple({one.path: one for one in found}.values())


def _removable(name: str, traces: Path) -> Removable:
    half = _cut_short(name, traces)
    run = disk.find_run(name, traces) if half is None else half.parent
    if any(path.is_symlink() for path in (run, half or run)):
        raise RunError(f"{half or run}: a link; remove what it leads to, or the link yourself")
    folder = run.resolve().parent
    if folder.name == record.REFERENCE:
        raise RunError(f"{run}: a reference capture, which tests read; it stays")
    _require_ours(run, strictly=folder != traces.resolve())
    path = (half or run).resolve()
    return Removable(path, folder, _bytes(path))


def _require_ours(run: Path, strictly: bool) -> None:
    """Raise `RunError` for a folder of another program, which may have a ``run.json`` too.

    Args:
        run: the folder.
        strictly: whether a manifest that was cut makes it no run, whatever else lies there.
    """
    path = run / files.RUN_FILE
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))["schema"]
    except OSError as error:
        raise RunError(f"{path}: {error.strerror or error}") from error
    except (ValueError, RecursionError):
        # cut or altered: what lies beside it has to tell
        names = sorted(one.name for one in run.iterdir() if not one.name.startswith(OURS))
        if strictly or names:
            also = f", and {names[0]} is none of kprof's files" if names else ""
            raise RunError(f"{path}: not valid JSON{also}; remove the folder yourself") from None
        return
    except (KeyError, TypeError):
        schema = None
    if not isinstance(schema, str) or not schema.startswith(f"{FAMILY}/"):
        raise RunError(f"{path}: no {FAMILY} file, but another program's; remove the folder yourself")


def _cut_short(name: str, traces: Path) -> Path | None:
    """Return the folder of a capture that was cut short, or None where the name is no such folder's."""
    for path in (traces / name, Path(name)):
        if path.name.startswith(files.PARTIAL_PREFIX) and (path.parent / files.RUN_FILE).is_file():
            if path.is_dir():
                return path
            raise RunError(f"{path}: no such capture")
    return None


def _bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        # a run that is being made moves its files
        with contextlib.suppress(FileNotFoundError):
            total += 0 if path.is_dir() else path.lstat().st_size
    return total


def remove(chosen: Removable) -> None:
    """Remove what was chosen. It is renamed first, so that what an interrupt leaves does not look like a run.

    Raises:
        CollectError: a run is being made in its folder.
        RunError: it cannot be removed.
    """
    with locked(chosen.traces):
        try:
            for left in chosen.traces.glob(f"{REMOVED_PREFIX}*"):
                shutil.rmtree(left)
            doomed = chosen.traces / f"{REMOVED_PREFIX}{chosen.path.name}"
            chosen.path.rename(doomed)
            shutil.rmtree(doomed)
        except OSError as error:
            raise RunError(f"{chosen.path}: cannot be removed: {error.strerror or error}") from error
