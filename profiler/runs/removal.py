"""Deletes runs atomically: each is renamed first, so that a half deleted one never looks like a run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..protocol import files, schemas
from ..protocol.errors import RunError
from . import find
from .lock import locked

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
        at_home: whether that is the folder that names are sought in.
        bytes: what removing it gives back.
    """

    path: Path
    traces: Path
    at_home: bool
    bytes: int


def choose(names: Sequence[str], traces: Path) -> tuple[Removable, ...]:
    """Return the runs that are meant, each once.

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
    run = find.find(name, traces) if half is None else half.parent
    if any(path.is_symlink() for path in (run, half or run)):
        raise RunError("is a link", half or run, "remove what it leads to, or the link yourself")
    folder = run.resolve().parent
    if folder.name == find.REFERENCE:
        raise RunError("a reference capture, which tests read; it stays", run)
    at_home = folder == traces.resolve()
    _require_ours(run, strictly=not at_home)
    path = (half or run).resolve()
    return Removable(path, folder, at_home, find.size_of(path))


def _require_ours(run: Path, strictly: bool) -> None:
    """Raise `RunError` for a folder of another program that happens to hold a ``run.json``.

    Args:
        run: the folder.
        strictly: whether a manifest that was cut makes it no run, whatever else lies there.
    """
    path = run / files.RUN_FILE
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))["schema"]
    except OSError as error:
        raise RunError(error.strerror or str(error), path) from error
    except (ValueError, RecursionError):
        # cut or altered: what lies beside it has to tell
        names = sorted(one.name for one in run.iterdir() if not one.name.startswith(OURS))
        if strictly or names:
            also = f", and {names[0]} is none of kprof's files" if names else ""
            raise RunError(f"not valid JSON{also}", path, "remove the folder yourself") from None
        return
    except (KeyError, TypeError):
        schema = None
    if not isinstance(schema, str) or not schema.startswith(f"{FAMILY}/"):
        raise RunError(f"no {FAMILY} file, but another program's", path, "remove the folder yourself")


def _cut_short(name: str, traces: Path) -> Path | None:
    """Return the folder of a capture that was cut short, or None where the name is no such folder's."""
    for path in (traces / name, Path(name)):
        if path.name.startswith(files.PARTIAL_PREFIX) and (path.parent / files.RUN_FILE).is_file():
            if path.is_dir():
                return path
            raise RunError("no such capture", path)
    return None


def remove(chosen: Removable) -> None:
    """Delete what was chosen, and what an interrupted deletion of a run left in the traces folder.

    Raises:
        CollectError: a run is being made in its folder.
        RunError: it cannot be deleted.
    """
    doomed = chosen.traces / f"{REMOVED_PREFIX}{chosen.path.name}"
    with locked(chosen.traces):
        try:
            if chosen.at_home:
                for left in filter(_is_leftover, chosen.traces.glob(f"{REMOVED_PREFIX}*")):
                    shutil.rmtree(left)
            chosen.path.rename(doomed)
            shutil.rmtree(doomed)
        except OSError as error:
            raise RunError(f"cannot be removed: {error.strerror or error}", chosen.path) from error


def _is_leftover(folder: Path) -> bool:
    """Return whether a folder holds nothing but what a half deleted run does."""
    return (
        folder.is_dir()
        and not folder.is_symlink()
        and all(path.name.startswith((*OURS, files.STDERR_FILE)) for path in folder.iterdir())
    )
