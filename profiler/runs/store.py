"""Writes a run directory: one maker at a time, captures adopted whole, the manifest always current."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..launch import host
from ..launch.worker import Ended
from ..plan.processes import Plan, ProcessPlan, VariantPlan
from ..protocol import files, schemas
from ..protocol.errors import CollectError, RunError
from ..version import VERSION

LOCK_FILE = ".lock"

# A capture's status and the reason for it.
Taken = tuple[str, str | None]


@contextlib.contextmanager
def locked(traces: Path) -> Iterator[None]:
    """Hold the traces folder for one run: two at once would disturb each other's times.

    Raises:
        CollectError: the folder cannot be written, or another run holds it.
    """
    try:
        traces.mkdir(parents=True, exist_ok=True)
        handle = (traces / LOCK_FILE).open("a+")
    except OSError as error:
        raise CollectError(
            f"{traces}: cannot be written ({error.strerror}); choose another folder with --out"
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            owner = handle.read().strip() or "another process"
            raise CollectError(
                f"{traces}: {owner} is measuring into it; wait for it, since two at once disturb each other"
            ) from error
        handle.truncate(0)
        handle.write(f"process {os.getpid()}")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


@dataclass
class RunStore:
    """The run directory while it is made; ``manifest`` is what ``run.json`` holds."""

    path: Path
    manifest: dict[str, Any]
    _whole: set[str] = field(default_factory=set, repr=False)

    @staticmethod
    def create(traces: Path, slug: str, plan: Plan, facts: Mapping[str, Any]) -> RunStore:
        """Make a new run directory with its manifest.

        Args:
            traces: the folder of runs.
            slug: the environment's slug, the last part of the run's name.
            plan: what will be measured.
            facts: more fields of ``run.json``: request, seed, environments, catalogue.
        """
        now = datetime.now(timezone.utc)
        path = _new_folder(traces, f"{now:%Y%m%d-%H%M%S}-{slug}")
        manifest = {
            "schema": schemas.RUN,
            "run": path.name,
            "kprof": VERSION,
            "created": now.isoformat(timespec="milliseconds"),
            "status": "running",
            **facts,
            "variants": [{"environment": slug, "variant": dataclasses.asdict(v)} for v in plan.variants],
            "order": [process.label for process in plan.processes],
            "captures": [],
        }
        store = RunStore(path, manifest)
        store.save()
        return store

    def save(self) -> None:
        """Write ``run.json`` whole."""
        files.write_json(str(self.path / files.RUN_FILE), self.manifest)

    def finish(self, status: str) -> None:
        """Record how the run ended, and what the machine was like then."""
        self.manifest.setdefault("machine", {})["after"] = host.describe()
        self.manifest["status"] = status
        self.save()

    @contextlib.contextmanager
    def measuring(self, cut_short: Callable[[], None]) -> Iterator[None]:
        """Record the run as complete, or as interrupted where measuring ends early for whatever reason.

        Args:
            cut_short: what to tell the user then; called when the record is safe.
        """
        try:
            yield
        except BaseException:
            self.finish("interrupted")
            cut_short()
            raise
        self.finish("complete")

    def holds(self, slug: str, process: ProcessPlan) -> bool:
        """Return whether every capture of a process is there, whole, and was not cut short."""
        paths = {capture_folder(slug, process, entry) for entry in process.variants}
        # a file that was whole once is not hashed again in the same command
        for listed in (one for one in self.manifest["captures"] if one["path"] in paths - self._whole):
            if listed["status"] in ("ok", "unsound") and self._is_whole(listed["path"]):
                self._whole.add(listed["path"])
        return paths <= self._whole

    def _is_whole(self, relative: str) -> bool:
        try:
            folder = files.inside(str(self.path), relative)
            _check_hashes(folder, files.read_json(str(Path(folder, files.CAPTURE_FILE)), schemas.CAPTURE))
        except (RunError, OSError, KeyError, TypeError, ValueError):
            return False
        return True

    def lists(self, slug: str, process: ProcessPlan) -> bool:
        """Return whether a process was measured once, whatever has become of its captures."""
        paths = {capture_folder(slug, process, entry) for entry in process.variants}
        done = {c["path"] for c in self.manifest["captures"] if c["status"] in ("ok", "unsound")}
        return paths <= done

    def adopt(
        self, slug: str, process: ProcessPlan, partial: Path, ended: Ended, output: Path
    ) -> list[Taken]:
        """Take the captures of a worker that has ended into the run; return each one's status and reason.

        A capture that the worker did not leave whole gets a manifest that says why. ``output`` (what the
        worker printed) is kept beside each.
        """
        taken = []
        for entry in process.variants:
            relative = capture_folder(slug, process, entry)
            made = partial / relative
            problem = _problem(made, entry, process, ended)
            if problem is not None:
                _write_failure(made, slug, process, entry, problem)
            if output.is_file():
                shutil.copyfile(output, made / files.STDERR_FILE)
            final = self.path / relative
            final.parent.mkdir(parents=True, exist_ok=True)
            if final.exists():
                shutil.rmtree(final)
            made.rename(final)
            taken.append(self._list(slug, process, entry, ended.seconds))
        self.save()
        return taken

    def _list(self, slug: str, process: ProcessPlan, entry: VariantPlan, seconds: float) -> Taken:
        relative = capture_folder(slug, process, entry)
        manifest = files.read_json(str(self.path / relative / files.CAPTURE_FILE), schemas.CAPTURE)
        reason = manifest["reason"]
        if reason and process.instrument == "wall":
            # the others of its kind may have done well
            reason = f"process {process.number + 1}: {reason}"
        listed = self.manifest["captures"]
        listed[:] = [capture for capture in listed if capture["path"] != relative]
        self._whole.discard(relative)
        listed.append(
            {
                "path": relative,
                "environment": slug,
                "variant": dataclasses.asdict(entry.variant),
                "instrument": process.instrument,
                "process": process.number,
                "process_s": round(seconds, 3),
                "status": manifest["status"],
                "reason": reason,
            }
        )
        return str(manifest["status"]), manifest["reason"]


def capture_folder(slug: str, process: ProcessPlan, entry: VariantPlan) -> str:
    """Return a capture's path within the run."""
    name = f"{process.instrument}-{process.replicate + 1}"
    return "/".join((files.CAPTURES_FOLDER, slug, entry.variant.folder, name))


def _new_folder(traces: Path, name: str) -> Path:
    for suffix in ("", *(f"-{number}" for number in range(2, 100))):
        path = traces / (name + suffix)
        with contextlib.suppress(FileExistsError):
            path.mkdir()
            return path
    raise CollectError(f"{traces}: no free name for a new run ({name})")


class _AlteredError(RunError):
    """A raw file is not what its capture's manifest says."""


def _check_hashes(folder: str, manifest: Mapping[str, Any]) -> None:
    for name, expected in dict(manifest["files"]).items():
        if files.sha256(files.inside(folder, name)) != expected:
            raise _AlteredError(f"{name}: not what the worker wrote")


def _problem(made: Path, entry: VariantPlan, process: ProcessPlan, ended: Ended) -> tuple[str, str] | None:
    """Return (status, reason) when the worker left no whole capture, or None when it did."""
    if not (made / files.CAPTURE_FILE).is_file():
        return ended.status if ended.reason else "failed", ended.reason or "the worker left no capture"
    try:
        manifest = files.read_json(str(made / files.CAPTURE_FILE), schemas.CAPTURE)
        if (manifest.get("variant"), manifest.get("instrument")) != (entry.variant.id, process.instrument):
            return "failed", "the worker left another variant's capture"
        _check_hashes(str(made), manifest)
    except _AlteredError as error:
        return "failed", str(error)
    except (RunError, OSError, KeyError, TypeError, ValueError) as error:
        return "failed", f"the worker left a capture that cannot be read: {error}"
    return None


def _write_failure(
    made: Path, slug: str, process: ProcessPlan, entry: VariantPlan, problem: tuple[str, str]
) -> None:
    made.mkdir(parents=True, exist_ok=True)
    status, reason = problem
    manifest = {
        "schema": schemas.CAPTURE,
        "status": status,
        "reason": reason,
        "environment": slug,
        "variant": entry.variant.id,
        **dataclasses.asdict(entry.variant),
        "instrument": process.instrument,
        "process": process.number,
        "files": {},
    }
    files.write_json(str(made / files.CAPTURE_FILE), manifest)
