"""Reads run directories: finds them, and turns manifests and latencies into checked objects."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..protocol import files, schemas
from ..protocol.errors import RunError, UsageError
from ..protocol.instruments import INSTRUMENT_IDS as INSTRUMENTS
from ..protocol.vocabulary import CAPTURE_STATUSES, Variant, require_known
from . import validation

TRACES_VARIABLE = "KPROF_TRACES"
DEFAULT_TRACES = "traces"
REFERENCE = "reference"
LATEST = "latest"
XPLANE_SUFFIXES = (".xplane.pb", ".xplane.pb.gz")
MEASURED = ("ok", "unsound")
RUNTIME_TRACE_SUFFIXES = ("local.trace", ".trace.json.gz")


@dataclass(frozen=True)
class Capture:
    """One variant under one instrument in one process, as its manifest says.

    ``status`` is ``failed`` with a reason when the manifest or a raw file is missing, cut or altered.
    """

    path: str
    folder: Path
    environment: str
    variant: Variant
    instrument: str
    process: int
    status: str
    reason: str | None
    manifest: Mapping[str, Any]

    @property
    def usable(self) -> bool:
        """Whether its numbers may be shown."""
        return self.status == "ok"

    def file(self, name: str) -> Path | None:
        """Return a raw file's path, or None when the capture has none of that name."""
        return self.folder / name if name in self.manifest.get("files", {}) else None

    def trace_folder(self) -> Path | None:
        """Return the folder of the profiler session's trace files, or None when the capture has none."""
        names = self._files(XPLANE_SUFFIXES) or self._files(RUNTIME_TRACE_SUFFIXES)
        return (self.folder / names[0]).parent if names else None

    @property
    def runtime_trace(self) -> bool:
        """Whether the session left no XPlane, but one of the older formats, of the runtime alone."""
        return not self._files(XPLANE_SUFFIXES) and bool(self._files(RUNTIME_TRACE_SUFFIXES))

    def _files(self, suffixes: tuple[str, ...]) -> list[str]:
        return [name for name in self.manifest.get("files", {}) if name.endswith(suffixes)]

    def durations_ns(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the duration of each measured call, int64, in ns."""
        return _latencies(self.folder / files.LATENCIES_FILE)

    def blocks_ns(self) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
        """Return the durations by round of the process, in ns; empty for a round that the variant sat out.

        Raises:
            RunError: the manifest's blocks do not add up to the durations.
        """
        durations = self.durations_ns()
        rounds: list[np.ndarray[Any, np.dtype[np.int64]]] = []
        begin = 0
        for block in self.manifest["blocks"]:
            while len(rounds) < block["block"]:
                rounds.append(durations[:0])
            rounds.append(durations[begin : begin + block["calls"]])
            begin += block["calls"]
        if begin != len(durations):
            raise RunError(f"{self.path}: its blocks hold {begin} calls, its durations {len(durations)}")
        return rounds

    def inspection(self) -> Mapping[str, Any] | None:
        """Return ``inspect.json``, or None when the capture has none.

        Raises:
            RunError: it is damaged, or a field is missing or wrong.
        """
        path = self.file(files.INSPECT_FILE)
        if path is None:
            return None
        found = files.read_json(str(path), schemas.INSPECT)
        validation.check(found, validation.INSPECT, path)
        return found


@dataclass(frozen=True)
class Run:
    """A run directory: its manifest and its captures in order."""

    path: Path
    manifest: Mapping[str, Any]
    variants: tuple[tuple[str, Variant], ...]
    captures: tuple[Capture, ...]

    @property
    def name(self) -> str:
        """The directory's name."""
        return self.path.name


@dataclass(frozen=True)
class RunSummary:
    """A line of ``kprof list``."""

    name: str
    path: Path
    created: str
    status: str
    environments: tuple[str, ...]
    workloads: tuple[str, ...]
    captures: int
    bytes: int


def traces_folder(out: str | None = None) -> Path:
    """Return the folder that holds runs: ``out``, else ``$KPROF_TRACES``, else ``./traces``."""
    return Path(out or os.environ.get(TRACES_VARIABLE) or DEFAULT_TRACES)


def find(name: str, folder: Path | None = None) -> Path:
    """Return the run directory that ``name`` means: a path, a run's name, or ``latest``.

    Raises:
        RunError: there is none.
    """
    traces = folder or traces_folder()
    if name == LATEST:
        runs = _run_folders(traces)
        if not runs:
            raise RunError(f"{traces}: holds no run yet; `kprof run` makes one")
        return runs[-1]
    for candidate in (traces / name, Path(name)):
        if (candidate / files.RUN_FILE).is_file():
            return candidate
    if Path(name).exists() or (traces / name).exists():
        raise RunError(f"{name}: no run (it holds no {files.RUN_FILE})")
    raise RunError(f"{name}: no such run; `kprof list` shows those in {traces}")


def _run_folders(traces: Path) -> list[Path]:
    if not traces.is_dir():
        return []
    found = (
        path
        for path in traces.iterdir()
        # a folder with a dot is half made or half removed
        if path.name != REFERENCE and path.name[0] != "." and (path / files.RUN_FILE).is_file()
    )
    return sorted(found, key=lambda path: (_created(path), path.name))


def _created(path: Path) -> str:
    try:
        return str(files.read_json(str(path / files.RUN_FILE), schemas.RUN).get("created", ""))
    except RunError:
        return ""


def list_runs(folder: Path | None = None) -> tuple[RunSummary, ...]:
    """Return the runs of a traces folder, oldest first; one that cannot be read has the reason as status."""
    return tuple(_summary(path) for path in _run_folders(folder or traces_folder()))


def _summary(path: Path) -> RunSummary:
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    try:
        manifest = files.read_json(str(path / files.RUN_FILE), schemas.RUN)
        return RunSummary(
            path.name,
            path,
            str(manifest["created"]),
            str(manifest["status"]),
            tuple(manifest["environments"]),
            tuple(dict.fromkeys(str(entry["variant"]["workload"]) for entry in manifest["variants"])),
            len(manifest["captures"]),
            size,
        )
    except (RunError, KeyError, TypeError) as error:
        return RunSummary(path.name, path, "", f"unreadable: {error}", (), (), 0, size)


def read(path: Path) -> Run:
    """Return the run in ``path``; captures whose files do not match their hashes come back as failed.

    Raises:
        RunError: no run, a newer schema, or a manifest that was cut or altered.
    """
    manifest = files.read_json(str(path / files.RUN_FILE), schemas.RUN)
    validation.check(manifest, validation.RUN, path / files.RUN_FILE)
    variants = tuple((v["environment"], Variant(**v["variant"])) for v in manifest["variants"])
    unknown = {slug for slug, _ in variants} - set(manifest["environments"])
    if unknown:
        raise RunError(
            f"{path / files.RUN_FILE}: environments: {min(unknown)} is missing; the file was altered"
        )
    for number, entry in enumerate(manifest["captures"]):
        try:
            require_known("instrument", entry["instrument"], INSTRUMENTS)
            require_known("capture status", entry["status"], CAPTURE_STATUSES)
        except UsageError as error:
            raise RunError(f"{path / files.RUN_FILE}: captures.{number}: {error}") from error
    return Run(path, manifest, variants, tuple(_capture(path, entry) for entry in manifest["captures"]))


def _capture(run: Path, entry: Mapping[str, Any]) -> Capture:
    variant = Variant(**entry["variant"])
    folder = Path(files.inside(str(run), entry["path"]))
    found = Capture(
        entry["path"],
        folder,
        entry["environment"],
        variant,
        entry["instrument"],
        entry["process"],
        entry["status"],
        entry["reason"],
        {},
    )
    try:
        manifest = files.read_json(str(folder / files.CAPTURE_FILE), schemas.CAPTURE)
        validation.check(manifest, validation.CAPTURE, folder / files.CAPTURE_FILE)
        _check_files(folder, manifest["files"])
        found = dataclasses.replace(found, manifest=manifest)
        if entry["status"] in MEASURED:
            if manifest["status"] not in MEASURED:
                raise RunError(
                    f"{folder / files.CAPTURE_FILE}: status: {manifest['status']!r}, which {files.RUN_FILE} "
                    f"calls {entry['status']!r}; the file was altered"
                )
            found.blocks_ns()
            found.inspection()
    except RunError as error:
        reason = str(error).replace(f"{folder}{os.sep}", "")
        return dataclasses.replace(found, status="failed", reason=reason)
    return found


def _check_files(folder: Path, listed: Mapping[str, str]) -> None:
    for name, expected in listed.items():
        path = Path(files.inside(str(folder), name))
        if not path.is_file():
            raise RunError(f"{folder / name}: missing")
        if files.sha256(str(path)) != expected:
            raise RunError(f"{folder / name}: altered or cut since it was written (its hash differs)")
    # A session is read as a folder, so that a trace beside its own would be taken for a part of it.
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name.endswith((*XPLANE_SUFFIXES, *RUNTIME_TRACE_SUFFIXES)) and name not in listed:
            raise RunError(f"{path}: not of this capture, whose manifest does not list it: remove it")


def _latencies(path: Path) -> np.ndarray[Any, np.dtype[np.int64]]:
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise RunError(f"{path}: not readable as a NumPy array ({error})") from error
    if values.dtype != np.int64 or values.ndim != 1 or not len(values) or int(values.min()) < 1:
        raise RunError(f"{path}: holds no durations (int64, one dimension, each at least 1 ns)")
    checked: np.ndarray[Any, np.dtype[np.int64]] = values
    return checked
