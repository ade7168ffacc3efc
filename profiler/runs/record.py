"""A run as it lies on disk: its manifest, and each capture with what was checked of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..protocol import files, schemas
from ..protocol.errors import RunError
from ..protocol.growth import Growth
from ..protocol.inspection import Inspection
from ..protocol.instruments import INSTRUMENT_IDS
from ..protocol.outputs import Outputs
from ..protocol.scopes import ModelScopes
from ..protocol.spec import CaptureManifest
from ..protocol.vocabulary import CAPTURE_STATUSES, TIMED_STATUSES, Variant, nearest
from ..readers import legacy, xplane
from . import latencies, validation
from .manifest import CaptureEntry, RunManifest

XPLANE_SUFFIXES = xplane.SUFFIXES
RUNTIME_TRACE_SUFFIXES = legacy.SUFFIXES

Durations = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Capture:
    """One variant under one instrument in one process, as its manifest says.

    ``status`` is ``failed`` with a reason when the manifest or a raw file is missing, cut or altered; the
    manifest then says no more than that.
    """

    path: str
    folder: Path
    environment: str
    variant: Variant
    instrument: str
    process: int
    status: str
    reason: str | None
    manifest: CaptureManifest

    @property
    def usable(self) -> bool:
        """Whether its numbers may be shown."""
        return self.status == "ok"

    @property
    def timed(self) -> bool:
        """Whether its calls were timed, whatever its raw files are worth."""
        return self.status in TIMED_STATUSES

    def file(self, name: str) -> Path | None:
        """Return a raw file's path, or None when the capture has none of that name."""
        return self.folder / name if name in self.manifest.files else None

    def trace_folder(self) -> Path | None:
        """Return the folder of the profiler session's trace files, or None when the capture has none."""
        names = self._files(XPLANE_SUFFIXES) or self._files(RUNTIME_TRACE_SUFFIXES)
        return (self.folder / names[0]).parent if names else None

    @property
    def runtime_trace(self) -> bool:
        """Whether the session left no XPlane, but one of the older formats, of the runtime alone."""
        return not self._files(XPLANE_SUFFIXES) and bool(self._files(RUNTIME_TRACE_SUFFIXES))

    def _files(self, suffixes: tuple[str, ...]) -> list[str]:
        return [name for name in self.manifest.files if name.endswith(suffixes)]

    def durations_ns(self) -> Durations:
        """Return the duration of each measured call, int64, in ns.

        Raises:
            RunError: the capture lists no durations, or they are damaged.
        """
        path = self.file(files.LATENCIES_FILE)
        if path is None:
            raise RunError("is not listed in the capture's manifest", self.folder / files.LATENCIES_FILE)
        return latencies.read(path)

    @property
    def is_split(self) -> bool:
        """Whether its calls are split at the end of predict's frame."""
        return self.file(files.FRAMES_FILE) is not None

    def frames_ns(self) -> Durations:
        """Return how long each call took until the end of predict's frame, as `latencies.read_frames` does.

        Raises:
            RunError: the capture lists no frames, or they are damaged.
        """
        path = self.file(files.FRAMES_FILE)
        if path is None:
            raise RunError("is not listed in the capture's manifest", self.folder / files.FRAMES_FILE)
        return latencies.read_frames(path, self.durations_ns())

    def blocks_ns(self) -> list[Durations]:
        """Return the durations by round of the process, in ns; empty for a round that the variant sat out.

        Raises:
            RunError: the manifest's blocks do not add up to the durations.
        """
        return self.blocks_of(self.durations_ns())

    def blocks_of(self, values: Durations) -> list[Durations]:
        """Return values of the calls, one each, by round of the process.

        Raises:
            RunError: the manifest's blocks do not add up to the durations.
        """
        durations = self.durations_ns()
        rounds: list[Durations] = []
        begin = 0
        for block in self.manifest.blocks:
            if block.block < len(rounds):
                raise RunError(f"round {block.block} comes twice or late", self.folder / files.CAPTURE_FILE)
            while len(rounds) < block.block:
                rounds.append(values[:0])
            rounds.append(values[begin : begin + block.calls])
            begin += block.calls
        for what, told, held in (
            ("blocks hold", begin, len(durations)),
            ("manifest names", self.manifest.calls, len(durations)),
            ("window in ns is", self.manifest.window_ns, int(durations.sum())),
        ):
            if told != held:
                raise RunError(f"its {what} {told}, its durations {held}", self.folder / files.CAPTURE_FILE)
        return rounds

    def inspection(self) -> Inspection | None:
        """Return ``inspect.json``, or None when the capture has none.

        Raises:
            RunError: it is damaged, or a field is missing or wrong.
        """
        path = self.file(files.INSPECT_FILE)
        return None if path is None else validation.read(path, schemas.INSPECT, Inspection)

    def outputs(self) -> Outputs | None:
        """Return ``outputs.json``, or None when the capture has none.

        Raises:
            RunError: it is damaged, or a field is missing or wrong.
        """
        path = self.file(files.OUTPUTS_FILE)
        return None if path is None else validation.read(path, schemas.OUTPUTS, Outputs)

    def growth(self) -> Growth | None:
        """Return ``growth.json``, or None when the capture has none.

        Raises:
            RunError: it is damaged, or a field is missing or wrong.
        """
        path = self.file(files.GROWTH_FILE)
        return None if path is None else validation.read(path, schemas.GROWTH, Growth)

    def scopes(self) -> ModelScopes | None:
        """Return ``scopes.json``, or None when the capture has none.

        Raises:
            RunError: it is damaged, or a field is missing or wrong.
        """
        path = self.file(files.SCOPES_FILE)
        return None if path is None else validation.read(path, schemas.SCOPES, ModelScopes)


@dataclass(frozen=True)
class RunRecord:
    """A run directory: its manifest and its captures in order."""

    path: Path
    manifest: RunManifest
    variants: tuple[tuple[str, Variant], ...]
    captures: tuple[Capture, ...]

    @property
    def name(self) -> str:
        """The directory's name."""
        return self.path.name

    def of(self, environment: str, variant: Variant, instrument: str | None = None) -> tuple[Capture, ...]:
        """Return a variant's captures, of one instrument or of all, in the order in which they were taken."""
        return tuple(
            one
            for one in self.captures
            if (one.environment, one.variant) == (environment, variant)
            and instrument in (None, one.instrument)
        )


def read(path: Path) -> RunRecord:
    """Return the run in ``path``; captures whose files do not match their hashes come back as failed.

    Raises:
        RunError: no run, a newer schema, or a manifest that was cut or altered.
    """
    place = path / files.RUN_FILE
    manifest = validation.read(place, schemas.RUN, RunManifest)
    for number, entry in enumerate(manifest.captures):
        for kind, name, known in (
            ("instrument", entry.instrument, INSTRUMENT_IDS),
            ("capture status", entry.status, CAPTURE_STATUSES),
        ):
            if name not in known:
                raise RunError(f"captures.{number}: unknown {kind} {name!r}: {nearest(name, known)}", place)
    variants = tuple((entry.environment, entry.variant) for entry in manifest.variants)
    return RunRecord(path, manifest, variants, tuple(capture(path, entry) for entry in manifest.captures))


def capture(run: Path, entry: CaptureEntry) -> Capture:
    """Return a capture of a run; one whose files do not match their hashes has failed."""
    folder = Path(files.inside(str(run), entry.path))
    found = Capture(
        entry.path,
        folder,
        entry.environment,
        entry.variant,
        entry.instrument,
        entry.process,
        entry.status,
        entry.reason,
        CaptureManifest("failed", entry.reason, {}),
    )
    try:
        manifest = validation.read(folder / files.CAPTURE_FILE, schemas.CAPTURE, CaptureManifest)
        _require_same(entry, manifest, folder)
        _check_files(folder, manifest.files)
        if manifest.status in TIMED_STATUSES:
            _require_no_other_trace(folder, manifest.files)
        found = dataclasses.replace(found, manifest=manifest)
        if found.timed and manifest.status == "unsound":
            # the manifest of the run may not make a number of it
            found = dataclasses.replace(found, status="unsound", reason=manifest.reason)
        if found.timed:
            found.blocks_ns()
            found.inspection()
            if found.is_split:
                found.frames_ns()
    except RunError as error:
        return dataclasses.replace(found, status="failed", reason=error.below(folder))
    except OSError as error:
        reason = f"a file cannot be read ({error.strerror or error})"
        return dataclasses.replace(found, status="failed", reason=reason)
    return found


def _require_same(entry: CaptureEntry, manifest: CaptureManifest, folder: Path) -> None:
    """Raise `RunError` where a capture's own manifest is of something else than the run lists."""
    variant, place = entry.variant, folder / files.CAPTURE_FILE
    if manifest.workload:
        names = ("workload", "compile_state", "entry_point", "batch_size", "rows")
        if any(getattr(manifest, name) != getattr(variant, name) for name in names):
            raise RunError(f"is of {manifest.variant}, not of {variant.id}; the file was altered", place)
        if (manifest.environment, manifest.process) != (entry.environment, entry.process):
            told = f"is of process {manifest.process} on {manifest.environment}"
            raise RunError(
                f"{told}, not of process {entry.process} on {entry.environment}; the file was altered", place
            )
    if manifest.instrument and manifest.instrument != entry.instrument:
        raise RunError(f"is of {manifest.instrument}, not of {entry.instrument}; the file was altered", place)
    if entry.status in TIMED_STATUSES and manifest.status not in TIMED_STATUSES:
        raise RunError(
            f"status: {manifest.status!r}, which {files.RUN_FILE} calls {entry.status!r}; "
            "the file was altered",
            place,
        )


def _check_files(folder: Path, listed: Mapping[str, str]) -> None:
    for name, expected in listed.items():
        path = Path(files.inside(str(folder), name))
        if not path.is_file():
            raise RunError("missing", folder / name)
        if files.sha256(str(path)) != expected:
            raise RunError("altered or cut since it was written (its hash differs)", folder / name)


def _require_no_other_trace(folder: Path, listed: Mapping[str, str]) -> None:
    """Refuse a trace that is not listed: a session is read as a folder, and it would be read too.

    A capture that failed has no files of its own, whatever its profiler had written by then.
    """
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name.endswith((*XPLANE_SUFFIXES, *RUNTIME_TRACE_SUFFIXES)) and name not in listed:
            raise RunError("not of this capture, whose manifest does not list it", path, "remove it")
