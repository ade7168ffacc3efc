"""The manager: prepares the worker, runs one process after another, keeps what is complete."""

from __future__ import annotations

import dataclasses
import random
import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from . import plan as planning
from . import worker_process
from .attribution import catalogue
from .plan import Plan, ProcessPlan, Request
from .protocol import files, schemas
from .protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, RunError
from .readers import run_directory
from .run_store import RunStore, capture_folder, locked

PREPARE_TIMEOUT_S = 300.0
SMALLEST_EFFECT = 0.05


class Listener(Protocol):
    """Is told how a run goes on; a command shows it."""

    def plan(self, text: str) -> None:
        """The plan and its estimated time, before anything is measured."""

    def started(self, label: str, index: int, total: int, estimate_s: float) -> None:
        """A process starts: the ``index``-th (from 0) of ``total``."""

    def finished(self, label: str, status: str, seconds: float) -> None:
        """A process has ended, with the worst status of its captures."""

    def note(self, text: str) -> None:
        """Something that the user should know now."""


class Silent:
    """A listener that shows nothing."""

    def plan(self, text: str) -> None:
        """Ignore the plan."""

    def started(self, label: str, index: int, total: int, estimate_s: float) -> None:
        """Ignore a process that starts."""

    def finished(self, label: str, status: str, seconds: float) -> None:
        """Ignore a process that has ended."""

    def note(self, text: str) -> None:
        """Ignore a note."""


@dataclass(frozen=True)
class Outcome:
    """What a run left: its directory and the exit code that fits."""

    run_path: Path
    exit_code: int


def dry_run(request: Request) -> str:
    """Return the plan of a request as text; nothing is started or written."""
    return planning.make(request).describe()


def execute(request: Request, listener: Listener) -> Outcome:
    """Carry out a request and return its outcome.

    Raises:
        CollectError: nothing could be measured.
        KeyboardInterrupt: it was interrupted; the captures that were complete are in the run directory,
            whose path has been told to the listener.
    """
    plan = planning.make(request)
    listener.plan(plan.describe())
    traces = run_directory.traces_folder(request.out)
    with locked(traces), tempfile.TemporaryDirectory(prefix="kprof-") as temporary:
        manager = _Manager(request, plan, listener, traces, Path(temporary))
        return manager.run()


class _Manager:
    """One run while it is made."""

    def __init__(
        self, request: Request, plan: Plan, listener: Listener, traces: Path, temporary: Path
    ) -> None:
        self.plan = plan
        self.listener = listener
        self.traces = traces
        self.temporary = temporary
        self.python = request.python or sys.executable
        self.seed = secrets.randbits(31)
        self.request = request
        self.worker = worker_process.build_zip(temporary / "kprof_worker.zip")

    def run(self) -> Outcome:
        environment = self._environment()
        slug = str(environment["slug"])
        facts = {
            "request": dataclasses.asdict(self.request),
            "seed": self.seed,
            "smallest_effect": SMALLEST_EFFECT,
            "catalogue": catalogue.load().id,
            "environments": {slug: environment},
        }
        store = RunStore.create(self.traces, slug, self.plan, facts)
        try:
            statuses = self._measure(store, slug)
        except KeyboardInterrupt:
            store.finish("interrupted")
            self.listener.note(f"interrupted; what is complete is kept in {store.path}")
            raise
        store.finish("complete")
        if not any(status == "ok" for status in statuses):
            raise CollectError(f"{store.path}: no capture succeeded: {_first_reason(store)}")
        failed = any(status in ("failed", "timeout") for status in statuses)
        return Outcome(store.path, EXIT_PARTIAL if failed else EXIT_DONE)

    def _measure(self, store: RunStore, slug: str) -> list[str]:
        statuses: list[str] = []
        total = len(self.plan.processes)
        for index, process in enumerate(self.plan.processes):
            self.listener.started(process.label, index, total, process.estimate_s)
            found, seconds = self._process(store, slug, process)
            statuses += found
            worst = next((s for s in ("failed", "timeout", "unsound") if s in found), "ok")
            self.listener.finished(process.label, worst, seconds)
        return statuses

    def _process(self, store: RunStore, slug: str, process: ProcessPlan) -> tuple[list[str], float]:
        partial = store.path / f"{files.PARTIAL_PREFIX}{process.number}"
        partial.mkdir()
        try:
            spec = {
                "task": "measure",
                "environment": slug,
                "process": process.number,
                "seed": random.Random(self.seed + process.number).getrandbits(31),
                "instrument": process.instrument,
                "inspect": process.instrument == "wall" and process.replicate == 0,
                "catalogue": catalogue.load().for_worker(),
                "output": str(partial.resolve()),
                "variants": [
                    {
                        "variant": entry.variant._asdict(),
                        "calls": entry.calls,
                        "budget_s": entry.budget_s,
                        "folder": capture_folder(slug, process, entry),
                    }
                    for entry in process.variants
                ],
            }
            output = partial / files.STDERR_FILE
            ended = self._work(spec, output, 10 * process.estimate_s + PREPARE_TIMEOUT_S)
            return store.adopt(slug, process, partial, ended, output), ended.seconds
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _work(self, spec: Mapping[str, Any], output: Path, timeout_s: float) -> worker_process.Ended:
        path = self.temporary / "spec.json"
        files.write_json(str(path), {"schema": schemas.SPEC, **spec})
        return worker_process.run(
            self.python, [str(self.worker), str(path)], output, timeout_s, self.temporary
        )

    def _environment(self) -> dict[str, Any]:
        """Return what the measured interpreter says of itself, having built every workload once."""
        self.listener.note(f"preparing {self.python}")
        folder = self.temporary / "environment"
        spec = {"task": "environment", "output": str(folder), "workloads": self.plan.workloads}
        output = self.temporary / files.STDERR_FILE
        ended = self._work(spec, output, PREPARE_TIMEOUT_S)
        try:
            found = files.read_json(str(folder / files.ENVIRONMENT_FILE), schemas.ENVIRONMENT)
        except RunError as error:
            raise CollectError(f"{self.python}: cannot be measured: {ended.reason or error}") from error
        if "error" in found:
            raise CollectError(
                f"{self.python}: {found['error']}; install it there (pip install 'kprof[tensorflow]'), "
                "or name another interpreter with --python"
            )
        for name, workload in found["workloads"].items():
            if "error" in workload:
                raise CollectError(f"{self.python}: cannot build {name}: {workload['error']}")
        return found


def _first_reason(store: RunStore) -> str:
    return next((str(c["reason"]) for c in store.manifest["captures"] if c["reason"]), "no reason was left")
