"""Keeps the environments that were made: lists, checks, locks and removes them.

Each environment is a virtual environment in ``<cache>/environments/<slug>/``. Virtual environments cannot be
moved, so one is built in its place, and a marker file, written last, says that it is complete, and of what.
One that is made again lies under another name meanwhile: it comes back when that fails.
"""

from __future__ import annotations

import contextlib
import csv
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..protocol.errors import RunError
from ..protocol.files import read_json, write_json
from . import locks
from .errors import EnvironmentUnavailableError

SCHEMA = "kprof.environment-marker/1"
MARKER = "kprof-environment.json"
REMOVING = ".removing-"
REPLACED = ".replaced-"
SLUG = re.compile(r"tf[0-9][0-9A-Za-z.]*-py3\.[0-9]+")


@dataclass(frozen=True)
class Environment:
    """A complete environment.

    ``requirements`` are what was asked of the installer, ``fingerprint`` is theirs with the Python version;
    ``packages`` are all installed distributions and versions; ``listed`` is False for a release that kprof's
    table lacks, and ``notes`` then says which pins were tried.
    """

    slug: str
    folder: str
    release: str
    python_version: str
    base_python: str
    requirements: tuple[str, ...]
    fingerprint: str
    packages: Mapping[str, str]
    listed: bool
    notes: tuple[str, ...]

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        return str(Path(self.folder, "bin", "python"))


@dataclass(frozen=True)
class Stored:
    """What lies in the cache under one slug; ``problem`` is None when it is complete.

    ``size_bytes`` counts every file once; ``shared_bytes`` of them are hard links to files that uv's cache
    holds too, so that removing the environment alone does not free them.
    """

    slug: str
    folder: str
    environment: Environment | None
    problem: str | None
    size_bytes: int
    shared_bytes: int


def cache_folder() -> Path:
    """Return the user's cache folder of kprof: ``$KPROF_CACHE``, else the XDG one."""
    own = os.environ.get("KPROF_CACHE")
    if own:
        return Path(own).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return Path(base if base and Path(base).is_absolute() else Path.home() / ".cache") / "kprof"


def environments_folder() -> Path:
    """Return the folder that holds one environment a slug."""
    return cache_folder() / "environments"


def slug_of(release: str, python_minor: str) -> str:
    """Return the slug of a release under a Python version, like ``tf2.21.0-py3.11``."""
    return f"tf{release}-py{python_minor}"


def folder_of(slug: str) -> Path:
    """Return the folder of a slug.

    Raises:
        EnvironmentUnavailableError: not the shape of a slug (which also keeps the path inside the cache).
    """
    if not SLUG.fullmatch(slug):
        raise EnvironmentUnavailableError("is no environment: slugs read tf2.15.1-py3.11", repr(slug))
    return environments_folder() / slug


@contextlib.contextmanager
def locked(slug: str, wait: bool = True, shared: bool = False) -> Iterator[bool]:
    """Hold the lock of a slug; the value is False when ``wait`` is False and another process holds it.

    Those who make or remove an environment hold it alone, those who run it share it. The lock ends with its
    process, however that ends.

    Raises:
        EnvironmentUnavailableError: the cache folder cannot be written.
    """
    path = folder_of(slug).with_name(f".{slug}.lock")
    with contextlib.ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = stack.enter_context(locks.held(path, wait, shared))
        except OSError as error:
            raise EnvironmentUnavailableError(
                error.strerror or str(error), path.parent, "set KPROF_CACHE to a writable folder"
            ) from error
        yield descriptor is not None


def write_marker(environment: Environment) -> None:
    """Declare an environment complete.

    Raises:
        EnvironmentUnavailableError: the marker cannot be written.
    """
    value = {"schema": SCHEMA, **asdict(environment)}
    path = Path(environment.folder, MARKER)
    try:
        write_json(str(path), value)
    except OSError as error:
        raise EnvironmentUnavailableError(f"cannot be written ({error.strerror})", path) from error


def inspect(slug: str) -> tuple[Environment | None, str | None]:
    """Return the environment of a slug as its marker describes it, and what is wrong with it.

    Complete means: its marker, an interpreter that is there, and every file that an installed distribution
    recorded. Nothing is run.
    """
    folder = folder_of(slug)
    if not folder.is_dir():
        return None, "not there"
    if not (folder / MARKER).is_file():
        return None, "half made"
    try:
        value = read_json(str(folder / MARKER), SCHEMA)
        fields: dict[str, Any] = {name: value[name] for name in Environment.__dataclass_fields__}
    except (RunError, KeyError) as error:
        return None, f"its marker cannot be read ({error})"
    fields = {name: tuple(item) if isinstance(item, list) else item for name, item in fields.items()}
    environment = Environment(**fields)
    return environment, _problem(environment, folder)


def _problem(environment: Environment, folder: Path) -> str | None:
    if Path(environment.folder).resolve() != folder.resolve():
        return f"made in {environment.folder}, and environments cannot be moved"
    if not os.access(environment.python, os.X_OK):
        return f"its interpreter is gone ({environment.base_python})"
    packages = next(folder.glob("lib/python3.*/site-packages"), None)
    if packages is None:
        return "its packages are gone"
    records = list(packages.glob("*.dist-info/RECORD"))
    if len(records) < len(environment.packages):
        return f"{len(environment.packages) - len(records)} of its packages are gone"
    for record in records:
        missing = _missing_file(packages, record)
        if missing:
            return f"{missing} is gone"
    return None


def _missing_file(packages: Path, record: Path) -> str | None:
    root = str(packages)
    with record.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            # byte code is made and dropped by interpreters as they please
            if row and not row[0].endswith(".pyc") and not os.path.lexists(f"{root}/{row[0]}"):
                return row[0]
    return None


def list_environments() -> tuple[Stored, ...]:
    """Return what the cache holds, by slug, complete or not, with sizes; leftovers are cleared away first."""
    root = environments_folder()
    if not root.is_dir():
        return ()
    _tidy()
    slugs = sorted(path.name for path in root.iterdir() if path.is_dir() and SLUG.fullmatch(path.name))
    stored = []
    for slug in slugs:
        environment, problem = inspect(slug)
        size, shared = _disk_use(folder_of(slug))
        stored.append(Stored(slug, str(folder_of(slug)), environment, problem, size, shared))
    return tuple(stored)


def _disk_use(folder: Path) -> tuple[int, int]:
    size = shared = 0
    seen: set[int] = set()
    for place, _folders, names in os.walk(folder):
        for name in names:
            try:
                status = os.lstat(os.path.join(place, name))  # noqa: PTH118  a Path a file doubles the time
            except FileNotFoundError:
                continue
            if status.st_ino in seen or not stat.S_ISREG(status.st_mode):
                continue
            seen.add(status.st_ino)
            used = status.st_blocks * 512
            size += used
            shared += used if status.st_nlink > 1 else 0
    return size, shared


def _leftovers() -> list[str]:
    """Return the slugs whose folder a killed process left under another name."""
    root = environments_folder()
    names = sorted(path.name for path in root.iterdir()) if root.is_dir() else []
    found = (
        name.removeprefix(mark) for mark in (REMOVING, REPLACED) for name in names if name.startswith(mark)
    )
    return list(dict.fromkeys(slug for slug in found if SLUG.fullmatch(slug)))


def _tidy() -> None:
    """Finish what a killed process began, unless another process is working on it."""
    for slug in _leftovers():
        # what cannot be deleted keeps nobody from the rest
        with contextlib.suppress(EnvironmentUnavailableError), locked(slug, wait=False) as held:
            if held:
                _delete(folder_of(slug).with_name(f"{REMOVING}{slug}"))
                _restore(slug)


def remove(slug: str) -> None:
    """Remove an environment, complete or not, and what an earlier removal left of it.

    Raises:
        EnvironmentUnavailableError: no such environment, or another process makes or runs it.
    """
    folder = folder_of(slug)
    if not folder.is_dir() and slug not in _leftovers():
        names = ", ".join(stored.slug for stored in list_environments()) or "none"
        raise EnvironmentUnavailableError(
            f"no such environment in {folder.parent} (there are: {names})", slug
        )
    with locked(slug, wait=False) as held:
        if not held:
            raise EnvironmentUnavailableError(
                "another process makes or runs it", slug, "try again when it has ended"
            )
        clear(slug)
        _delete(folder.with_name(f"{REPLACED}{slug}"))
    _tidy()


@contextlib.contextmanager
def replacing(slug: str) -> Iterator[None]:
    """Set a slug's folder aside while a new one is made in the block; its lock must be held.

    What lay there is put back when the block does not end well, and deleted when it does.

    Raises:
        EnvironmentUnavailableError: a file cannot be moved or deleted.
    """
    folder = folder_of(slug)
    aside = folder.with_name(f"{REPLACED}{slug}")
    _restore(slug)
    with _in_one_line(folder):
        if folder.exists():
            folder.rename(aside)
    try:
        yield
    except BaseException:
        clear(slug)
        with _in_one_line(aside):
            if aside.exists():
                aside.rename(folder)
        raise
    _delete(aside)


def _restore(slug: str) -> None:
    """Put back what a killed maker had set aside, unless the new environment is complete."""
    folder = folder_of(slug)
    aside = folder.with_name(f"{REPLACED}{slug}")
    if not aside.exists():
        return
    if (folder / MARKER).is_file():
        _delete(aside)
        return
    clear(slug)
    with _in_one_line(aside):
        aside.rename(folder)


def clear(slug: str) -> None:
    """Delete the folder of a slug; its lock must be held. The name is free at once.

    Raises:
        EnvironmentUnavailableError: a file cannot be deleted.
    """
    folder = folder_of(slug)
    doomed = folder.with_name(f"{REMOVING}{slug}")
    _delete(doomed)
    with _in_one_line(folder):
        if folder.exists():
            folder.rename(doomed)
    _delete(doomed)


def _delete(folder: Path) -> None:
    with _in_one_line(folder):
        if folder.exists():
            shutil.rmtree(folder)


@contextlib.contextmanager
def _in_one_line(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentUnavailableError(
            f"cannot be moved or deleted ({error.strerror})", error.filename or folder, "check whose it is"
        ) from error
