"""Removes runs: those that a user named, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .protocol.errors import RunError
from .readers import run_directory
from .run_store import locked

REMOVED_PREFIX = ".removed-"


@dataclass(frozen=True)
class Removable:
    """A run that may be removed, and the bytes that this gives back."""

    path: Path
    bytes: int


def choose(names: Sequence[str], traces: Path) -> tuple[Removable, ...]:
    """Return the runs that are meant, each once.

    Args:
        names: paths, names, or ``latest``.
        traces: the folder that names are sought in.

    Raises:
        RunError: there is no such run, or it is one that must stay.
    """
    chosen: dict[Path, Removable] = {}
    for name in names:
        path = run_directory.find(name, traces)
        if path.is_symlink():
            raise RunError(f"{path}: a link; remove what it leads to, or the link yourself")
        resolved = path.resolve()
        if run_directory.REFERENCE in resolved.parent.parts:
            raise RunError(f"{path}: a reference capture, which tests read; it stays")
        size = sum(file.lstat().st_size for file in resolved.rglob("*") if not file.is_dir())
        chosen[resolved] = Removable(path, size)
    return tuple(chosen.values())


def remove(run: Removable) -> None:
    """Remove a run. It is renamed first, so that what an interrupt leaves does not look like a run.

    Raises:
        CollectError: a run is being made in its folder.
        RunError: it cannot be removed.
    """
    folder = run.path.resolve().parent
    with locked(folder):
        try:
            for left in folder.glob(f"{REMOVED_PREFIX}*"):
                shutil.rmtree(left)
            doomed = folder / f"{REMOVED_PREFIX}{run.path.name}"
            run.path.rename(doomed)
            shutil.rmtree(doomed)
        except OSError as error:
            raise RunError(f"{run.path}: cannot be removed: {error.strerror or error}") from error
