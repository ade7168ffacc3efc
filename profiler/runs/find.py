"""Finds run directories by path, by name or as the latest, and lists those of a traces folder."""

from __future__ import annotations

import contextlib
import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from ..protocol import files, schemas
from ..protocol.errors import RunError
from . import validation
from .location import LATEST, TRACES_VARIABLE, traces_folder
from .lock import is_held
from .manifest import COMPLETE, FAILED, INTERRUPTED, RUNNING, RunManifest

REFERENCE = "reference"
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class RunSummary:
    """One kept run; where it cannot be read, ``status`` says why and the rest is empty."""

    name: str
    path: Path
    created: str
    status: str
    environments: tuple[str, ...]
    workloads: tuple[str, ...]
    captures: int
    bytes: int


def find(name: str, folder: Path | None = None) -> Path:
    """Return the run directory that ``name`` means: a path, a run's name, or ``latest``.

    ``latest`` is the newest run that is not being measured now.

    Raises:
        RunError: there is none, or no folder can have that name.
    """
    traces = folder or traces_folder()
    shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}..."
    try:
        if name == LATEST:
            return _latest(traces)
        for candidate in (traces / name, Path(name)):
            if (candidate / files.RUN_FILE).is_file():
                return candidate
        if name and (Path(name).exists() or (traces / name).exists()):
            what = f"neither a run (no {files.RUN_FILE}) nor a profiler session (no .xplane.pb)"
            raise RunError(what, shown, "name one of them, or a profile")
    except (OSError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise RunError(f"no such run ({said})", shown, "`kprof list` shows those there are") from error
    if not name:
        raise RunError("names no run", "an empty name", "give a path, a run's name, or latest")
    near = difflib.get_close_matches(name[:_LONGEST_SHOWN], [LATEST, *_names(traces)], n=1)
    known = f"did you mean {near[0]}?" if near else f"`kprof list` shows those in {traces}"
    raise RunError("no such run", shown, known)


def status(path: Path, manifest: RunManifest) -> str:
    """Return what has become of a run: a killed one is interrupted, one without a usable capture failed."""
    if manifest.status == RUNNING and not is_held(path.parent):
        return INTERRUPTED
    if manifest.status == COMPLETE and not any(one.status == "ok" for one in manifest.captures):
        return FAILED
    return manifest.status


def _latest(traces: Path) -> Path:
    runs = _run_folders(traces)
    if not runs:
        raise RunError("holds no run yet", traces, "`kprof run` makes one")
    held = is_held(traces)
    ended = [path for path in runs if not (held and _told(path, "status") == RUNNING)]
    return (ended or runs)[-1]


def _names(traces: Path) -> list[str]:
    try:
        return [path.name for path in _run_folders(traces)]
    except OSError:
        return []


def _run_folders(traces: Path) -> list[Path]:
    """Return the folders with a ``run.json``, oldest first; one that vanishes meanwhile is left out.

    One that may not be looked into comes first: what is read of it says so.
    """
    if not traces.is_dir():
        return []
    found = (
        path
        for path in traces.iterdir()
        # a folder with a dot is half made or half removed
        if path.name != REFERENCE and path.name[0] != "." and _is_run(path)
    )
    return sorted(found, key=lambda path: (_told(path, "created"), path.name))


def _is_run(path: Path) -> bool:
    try:
        return (path / files.RUN_FILE).is_file()
    except PermissionError:
        return True


def _told(path: Path, field: str) -> str:
    """Return a field of a folder's ``run.json``; empty where it cannot be read."""
    try:
        return str(files.read_json(str(path / files.RUN_FILE), schemas.RUN).get(field, ""))
    except RunError:
        return ""


def list_runs(folder: Path | None = None) -> tuple[RunSummary, ...]:
    """Return the runs of a traces folder, oldest first; one that cannot be read says why.

    Raises:
        RunError: the folder cannot be read.
    """
    traces = folder or traces_folder()
    if traces.exists() and not traces.is_dir():
        raise RunError("is no folder", traces, f"name one with ${TRACES_VARIABLE}")
    try:
        return tuple(_summary(path) for path in _run_folders(traces))
    except OSError as error:
        raise RunError(f"cannot be read ({error.strerror})", traces) from error


def _summary(path: Path) -> RunSummary:
    size = size_of(path)
    try:
        manifest = validation.read(path / files.RUN_FILE, schemas.RUN, RunManifest)
    except RunError as error:
        return RunSummary(path.name, path, "", f"unreadable: {error.below(path)}", (), (), 0, size)
    return RunSummary(
        path.name,
        path,
        manifest.created,
        status(path, manifest),
        tuple(manifest.environments),
        tuple(dict.fromkeys(entry.variant.workload for entry in manifest.variants)),
        len(manifest.captures),
        size,
    )


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder, links not followed; what vanishes meanwhile counts 0."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(place, name).lstat().st_size
    return total
