"""Writes a run directory: only complete captures are moved in, and the manifest is always current."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from ..plan.processes import CapturePlan, ProcessPlan
from ..protocol import files, schemas
from ..protocol.errors import CollectError, KprofError, RunError
from ..protocol.host import HostState
from ..protocol.spec import CaptureManifest, WorkerExit
from ..protocol.vocabulary import TIMED_STATUSES
from ..version import VERSION
from . import validation
from .manifest import COMPLETE, INTERRUPTED, RUNNING, CaptureEntry, RunManifest, Sitting


class Taken(NamedTuple):
    """A capture's status and the reason for it."""

    status: str
    reason: str | None


class RunStore:
    """The run directory while it is made.

    Attributes:
        path: the directory.
        manifest: what ``run.json`` holds; every change is saved at once.
    """

    def __init__(self, path: Path, manifest: RunManifest) -> None:
        self.path = path
        self.manifest = manifest
        self._whole: set[str] = set()

    @staticmethod
    def create(traces: Path, name: str, manifest: RunManifest) -> RunStore:
        """Make a new run directory.

        Args:
            traces: the folder of runs.
            name: the last part of the run's name.
            manifest: what is known before measuring; the run's name, date and version are filled in.
        """
        now = datetime.now(timezone.utc)
        path = _new_folder(traces, f"{now:%Y%m%d-%H%M%S}-{name}")
        known = dataclasses.replace(
            manifest,
            run=path.name,
            kprof=VERSION,
            created=now.isoformat(timespec="milliseconds"),
            status=RUNNING,
        )
        store = RunStore(path, known)
        store.save()
        return store

    @staticmethod
    def open(path: Path) -> RunStore:
        """Return the store of a run that is there.

        Raises:
            RunError: no run, or a manifest that was cut or altered.
        """
        return RunStore(path, validation.read(path / files.RUN_FILE, schemas.RUN, RunManifest))

    def change(self, **fields: object) -> None:
        """Replace fields of the manifest and save it."""
        self.manifest = dataclasses.replace(self.manifest, **fields)  # type: ignore[arg-type]
        self.save()

    def save(self) -> None:
        """Write ``run.json`` atomically."""
        held = {
            name: value
            for name, value in dataclasses.asdict(self.manifest).items()
            if name not in ("machine", "releases", "given", "sides", "sweep") or value is not None
        }
        files.write_json(str(self.path / files.RUN_FILE), {"schema": schemas.RUN, **held})

    @contextlib.contextmanager
    def sitting(self, describe: Callable[[], HostState], cut_short: Callable[[], None]) -> Iterator[None]:
        """Record one sitting of the run: the machine before and after, and whether it was completed.

        Args:
            describe: gives the machine's state.
            cut_short: tells the user that measuring has ended early; called when the record is safe.
        """
        first = Sitting(describe())
        earlier = self.manifest.sittings
        self.change(status=RUNNING, sittings=[*earlier, first])

        def end(status: str) -> None:
            whole = dataclasses.replace(first, after=describe())
            self.change(status=status, sittings=[*earlier, whole])

        try:
            yield
        except BaseException:
            end(INTERRUPTED)
            cut_short()
            raise
        end(COMPLETE)

    def holds(self, slug: str, process: ProcessPlan) -> bool:
        """Return whether every capture of a process is there, whole, and was not cut short."""
        paths = {capture_folder(slug, process, entry) for entry in process.captures}
        # a file that was whole once is not hashed again in the same command
        for listed in (one for one in self.manifest.captures if one.path in paths - self._whole):
            if listed.status in TIMED_STATUSES and self._is_whole(listed.path):
                self._whole.add(listed.path)
        return paths <= self._whole

    def _is_whole(self, relative: str) -> bool:
        try:
            folder = Path(files.inside(str(self.path), relative))
            manifest = validation.read(folder / files.CAPTURE_FILE, schemas.CAPTURE, CaptureManifest)
            _check_hashes(folder, manifest)
        except (KprofError, OSError):
            return False
        return True

    def lists(self, slug: str, process: ProcessPlan) -> bool:
        """Return whether a process was measured once, whatever has become of its captures."""
        paths = {capture_folder(slug, process, entry) for entry in process.captures}
        return paths <= {one.path for one in self.manifest.captures if one.status in TIMED_STATUSES}

    def adopt(
        self, slug: str, process: ProcessPlan, partial: Path, worker: WorkerExit, output: Path
    ) -> list[Taken]:
        """Take the captures of a worker that has ended into the run; return how each went.

        A capture that the worker did not leave whole gets a manifest that says why. ``output`` (what the
        worker printed) is kept beside the first of them, and linked beside the others.
        """
        taken = []
        printed: Path | None = None
        for entry in process.captures:
            relative = capture_folder(slug, process, entry)
            made = partial / relative
            problem = _problem(made, entry, process, worker)
            if problem is not None:
                _write_failure(made, slug, process, entry, problem)
            final = Path(files.inside(str(self.path), relative))
            final.parent.mkdir(parents=True, exist_ok=True)
            if final.exists():
                shutil.rmtree(final)
            made.rename(final)
            if output.is_file():
                printed = _keep(printed or output, final / files.STDERR_FILE)
            taken.append(self._list(slug, process, entry, worker.seconds))
        self.save()
        return taken

    def _list(self, slug: str, process: ProcessPlan, entry: CapturePlan, seconds: float) -> Taken:
        relative = capture_folder(slug, process, entry)
        manifest = validation.read(
            self.path / relative / files.CAPTURE_FILE, schemas.CAPTURE, CaptureManifest
        )
        reason = manifest.reason
        if reason and process.replicated:
            # the others of its kind may have done well
            reason = f"process {process.number + 1}: {reason}"
        # its hashes have just been checked
        (self._whole.add if manifest.status in TIMED_STATUSES else self._whole.discard)(relative)
        listed = CaptureEntry(
            relative,
            slug,
            entry.variant,
            entry.instrument,
            process.number,
            manifest.status,
            reason,
            round(seconds, 3),
            len(self.manifest.sittings) or None,
        )
        self.manifest = self.manifest.with_capture(listed)
        return Taken(manifest.status, manifest.reason)


def capture_folder(slug: str, process: ProcessPlan, entry: CapturePlan) -> str:
    """Return a capture's path within the run."""
    name = f"{entry.instrument}-{process.replicate + 1}"
    return "/".join((files.CAPTURES_FOLDER, slug, entry.variant.folder, name))


def _keep(source: Path, target: Path) -> Path:
    """Put what a worker printed beside a capture: once on the disk, however many captures share it."""
    try:
        target.hardlink_to(source)
    except OSError:
        # file systems without links, and other devices
        shutil.copyfile(source, target)
    return target


def _new_folder(traces: Path, name: str) -> Path:
    for suffix in ("", *(f"-{number}" for number in range(2, 100))):
        path = traces / (name + suffix)
        with contextlib.suppress(FileExistsError):
            path.mkdir()
            return path
    raise CollectError(f"no free name for a new run ({name})", traces)


class _AlteredError(RunError):
    """A raw file is not what its capture's manifest says."""


def _check_hashes(folder: Path, manifest: CaptureManifest) -> None:
    for name, expected in manifest.files.items():
        if files.sha256(files.inside(str(folder), name)) != expected:
            raise _AlteredError("not what the worker wrote", name)


def _problem(made: Path, entry: CapturePlan, process: ProcessPlan, worker: WorkerExit) -> Taken | None:
    """Return what to record when the worker left no whole capture, or None when it did."""
    if not (made / files.CAPTURE_FILE).is_file():
        status = worker.status if worker.reason else "failed"
        return Taken(status, worker.reason or "the worker left no capture")
    try:
        manifest = validation.read(made / files.CAPTURE_FILE, schemas.CAPTURE, CaptureManifest)
        if (manifest.variant, manifest.instrument) != (entry.variant.id, entry.instrument):
            return Taken("failed", "the worker left another variant's capture")
        _check_hashes(made, manifest)
    except _AlteredError as error:
        return Taken("failed", str(error))
    except (RunError, OSError) as error:
        said = error.below(made) if isinstance(error, RunError) else str(error)
        return Taken("failed", f"the worker left a capture that cannot be read: {said}")
    return None


def _write_failure(made: Path, slug: str, process: ProcessPlan, entry: CapturePlan, problem: Taken) -> None:
    made.mkdir(parents=True, exist_ok=True)
    manifest = CaptureManifest(
        status=problem.status,
        reason=problem.reason,
        files={},
        environment=slug,
        variant=entry.variant.id,
        **dataclasses.asdict(entry.variant),
        instrument=entry.instrument,
        process=process.number,
    )
    path = made / files.CAPTURE_FILE
    files.write_json(str(path), {"schema": schemas.CAPTURE, **dataclasses.asdict(manifest)})
