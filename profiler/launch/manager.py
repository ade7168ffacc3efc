"""The manager: prepares the worker, runs one process after another, keeps what is complete."""

from __future__ import annotations

import dataclasses
import os
import random
import secrets
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ..catalogue import catalogue
from ..environments.interpreters import find_interpreters
from ..environments.sound_cprofile import first_sound
from ..plan import processes as planning
from ..plan import user_model
from ..plan.processes import Plan, ProcessPlan, WorkloadFacts
from ..plan.request import Request
from ..protocol import files, schemas
from ..protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, RunError
from ..protocol.spec import MeasureSpec, Spec, VariantSpec, WorkloadSpec
from ..protocol.vocabulary import WORKLOADS
from ..runs import disk, record
from ..runs.store import RunStore, Taken, capture_folder, locked
from . import host, worker
from . import resume as resumption
from . import stopping as adaptive
from .worker import Location

PREPARE_TIMEOUT_S = 300.0


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
    """Return the plan of a request as text; nothing is started or written.

    Raises:
        UsageError: a file or interpreter that does not exist.
    """
    user_model.spec(user_model.located(request))
    return planning.make(request).describe()


def dry_resume(run: Path, asked: Mapping[str, Any] | None) -> str:
    """Return what an interrupted run lacks as text; nothing is started or written."""
    store, request = resumption.opened(run, asked)
    (slug, environment), *_ = store.manifest["environments"].items()
    return resumption.describe(store, slug, _plan(request, environment))


def execute(request: Request, listener: Listener) -> Outcome:
    """Carry out a request and return its outcome.

    Raises:
        UsageError: a file or interpreter that does not exist.
        CollectError: nothing could be measured.
        KeyboardInterrupt: it was interrupted; the captures that were complete are in the run directory,
            whose path has been told to the listener.
    """
    if request.model is None:
        listener.plan(planning.make(request).describe())
    request = user_model.located(request)
    traces = record.traces_folder(request.out)
    with disk.room_in(traces), locked(traces), tempfile.TemporaryDirectory(prefix="kprof-") as temporary:
        return Manager(request, listener, traces, Path(temporary)).run()


def resume(run: Path, asked: Mapping[str, Any] | None, listener: Listener) -> Outcome:
    """Measure what an interrupted run lacks, and return the outcome of the whole run.

    Args:
        run: the run directory.
        asked: the fields of a request that the user gave beside it; they must be the run's own.
        listener: is told how it goes on.

    Raises:
        UsageError: another plan, model or environment than the run's.
    """
    store, request = resumption.opened(run, asked)
    with (
        disk.room_in(run.parent),
        locked(run.parent),
        tempfile.TemporaryDirectory(prefix="kprof-") as temporary,
    ):
        folder = resumption.folder_of(store) if request.model else None
        return Manager(request, listener, run.parent, Path(temporary), folder).resume(store)


class Manager:
    """One environment's part in a run while it is made."""

    def __init__(
        self,
        request: Request,
        listener: Listener,
        traces: Path,
        temporary: Path,
        folder: Path | None = None,
    ) -> None:
        self.request = request
        self.listener = listener
        self.traces = traces
        self.temporary = temporary
        self.python = sys.executable if request.python is None else user_model.interpreter(request.python)
        self.given = user_model.spec(request)
        # built-in workloads are measured where no module of the user's is found
        self.folder = (folder or disk.working_folder()) if self.given else temporary
        self.worker = worker.build_zip(temporary / "kprof_worker.zip")

    def run(self) -> Outcome:
        """Make a new run and carry it out."""
        contents = self._contents()
        environment = self.environment()
        slug = str(environment["slug"])
        plan = self.plan(environment)
        if self.given:
            self.listener.plan(plan.describe())
        facts = {
            "request": dataclasses.asdict(self.request),
            "seed": secrets.randbits(31),
            "smallest_effect": self.request.smallest_effect,
            "machine": {"before": host.describe()},
            "catalogue": catalogue.load().id,
            "environments": {slug: environment},
            **({resumption.GIVEN: {"folder": str(self.folder), **contents}} if contents else {}),
        }
        return self._carry_out(RunStore.create(self.traces, slug, plan, facts), plan, slug)

    def resume(self, store: RunStore) -> Outcome:
        """Carry out what an interrupted run lacks."""
        contents = self._contents()
        if self.given:
            held = store.manifest.get(resumption.GIVEN, {})
            resumption.require_same_contents(store.path, self.given, held, contents)
        environment = self.environment()
        (slug, stored), *_ = store.manifest["environments"].items()
        resumption.require_same_environment(store.path, stored, environment)
        resumption.require_same_parameters(store.path, stored, environment)
        plan = self.plan(stored)
        self.listener.plan(plan.describe())
        return self._carry_out(store, plan, slug)

    def _contents(self) -> dict[str, str | None]:
        return user_model.contents(self.given, self.folder) if self.given else {}

    def plan(self, environment: Mapping[str, Any]) -> Plan:
        """Return what will be measured in an environment that has described itself."""
        return _plan(self.request, environment)

    def _carry_out(self, store: RunStore, plan: Plan, slug: str) -> Outcome:
        def cut_short() -> None:
            self.listener.note(
                f"interrupted; what is complete is kept in {store.path}; {self._how_to_go_on(store)}"
            )

        with store.measuring(cut_short):
            self.measure(store, plan, slug)
        captures = record.read(store.path).captures
        statuses = [capture.status for capture in captures]
        if "ok" not in statuses:
            reason = next((c.reason for c in captures if c.reason), "no reason was left")
            raise CollectError(f"{store.path}: no capture succeeded: {reason}")
        failed = sum(status in ("failed", "timeout") for status in statuses)
        if failed:
            self.listener.note(
                f"exit code {EXIT_PARTIAL}: {failed} of {len(statuses)} captures failed, the report has the "
                f"others; {self._how_to_go_on(store)}"
            )
        return Outcome(store.path, EXIT_PARTIAL if failed else EXIT_DONE)

    def _how_to_go_on(self, store: RunStore) -> str:
        if user_model.is_temporary(self.request):
            return "what it lacks needs a new run, since its model lives in this process alone"
        return f"measure what it lacks with: kprof run --resume {shlex.quote(str(store.path))}"

    def measure(self, store: RunStore, plan: Plan, slug: str) -> None:
        """Measure what the store lacks of a plan."""
        total = len(plan.processes)
        for index, process in enumerate(plan.processes):
            if not resumption.lacks(store, slug, process):
                continue
            self.listener.started(process.label, index, total, process.estimate_s)
            found, seconds = self._process(store, slug, process)
            reasons = dict(reversed(found))
            worst = next((s for s in ("failed", "timeout", "unsound") if s in reasons), "ok")
            self.listener.finished(process.label, worst, seconds)
            # what is unsound is told with the report, once
            if worst in ("failed", "timeout"):
                self.listener.note(f"{process.label}: {reasons[worst]}")
            self._look(store, plan, slug, index)

    def _look(self, store: RunStore, plan: Plan, slug: str, index: int) -> None:
        """Look whether the verdicts stand after the process of an index; record it, and say so if they do."""
        process = plan.processes[index]
        stopping = plan.stopping.get(process.workload)
        if process.instrument != "wall" or stopping is None:
            return
        words = adaptive.conclusion(adaptive.look(record.read(store.path), slug, stopping))
        wall = [p for p in plan.processes if (p.workload, p.instrument) == (process.workload, "wall")]
        held = [p for p in wall if store.holds(slug, p)]
        left = [p for p in wall if p.number > process.number and p not in held]
        stopped = None
        if words and left:
            why = f"every verdict stands ({words})"
            stopped = {"after_processes": len(held), "left_out": len(left), "why": why}
            saved = planning.minutes(sum(p.estimate_s for p in left))
            self.listener.note(
                f"{process.workload}: {why} after {len(held)} processes; {len(left)} more under wall are "
                f"left out, which saves about {saved}"
            )
        adaptive.record(store.manifest, slug, process.workload, stopping.looks, stopped)
        store.save()

    def _process(self, store: RunStore, slug: str, process: ProcessPlan) -> tuple[list[Taken], float]:
        partial = store.path / f"{files.PARTIAL_PREFIX}{process.number}"
        # one that a kill left behind
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir()
            part = MeasureSpec(
                environment=slug,
                process=process.number,
                seed=random.Random(store.manifest["seed"] + process.number).getrandbits(31),
                instrument=process.instrument,
                catalogue=catalogue.load().for_worker(),
                variants=[
                    VariantSpec(
                        entry.variant,
                        entry.calls,
                        entry.budget_s,
                        entry.inspect,
                        capture_folder(slug, process, entry),
                    )
                    for entry in process.variants
                ],
            )
            spec = self._spec(partial.resolve(), [process.workload], measure=part)
            output = partial / files.STDERR_FILE
            ended = self._work(spec, output, 10 * process.estimate_s + PREPARE_TIMEOUT_S)
            return store.adopt(slug, process, partial, ended, output), ended.seconds
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _spec(
        self,
        output: Path,
        workloads: Sequence[str],
        measure: MeasureSpec | None = None,
        diagnose: bool = False,
    ) -> Spec:
        """Return what a worker is asked to do with workloads of these names."""
        return Spec(
            output=str(output),
            workloads=[self.given or WorkloadSpec(name) for name in workloads],
            path=[str(self.folder)] if self.given else [],
            pin=list(self.request.pin) if measure else [],
            diagnose=diagnose,
            measure=measure,
            parent=os.getpid(),
        )

    def _work(self, spec: Spec, output: Path, timeout_s: float) -> worker.Ended:
        path = self.temporary / "spec.json"
        files.write_json(str(path), {"schema": schemas.SPEC, **dataclasses.asdict(spec)})
        where = Location(self.folder, keeps_pythonpath=self.given is not None)
        return worker.run(self.python, [str(self.worker), str(path)], output, timeout_s, where)

    def _why_not(self, ended: worker.Ended) -> str:
        """Return why a worker that has ended said nothing of its environment."""
        reason = ended.reason or "it ended without an answer"
        if self.given is None:
            return f"{self.python}: cannot be measured: {reason}"
        what = {
            "timeout": f"could not be built and called within {PREPARE_TIMEOUT_S:.0f} s; does its code wait?",
            "ok": "its code ended the process that was to measure it; have it return the model",
        }.get(ended.status, f"could not be built and called: {reason}")
        return f"--model {self.request.model}: {what} (measured with {self.python})"

    def environment(self, task: str = "environment") -> dict[str, Any]:
        """Return what the measured interpreter says of itself, having built every workload once.

        Args:
            task: the worker's; ``diagnose`` has it try the TensorFlow profiler too.

        Raises:
            CollectError: it cannot be measured, or cannot build a workload.
        """
        self.listener.note(f"preparing {self.python}")
        folder = self.temporary / "environment"
        names = [self.given.name] if self.given else self.request.workloads or WORKLOADS
        spec = self._spec(folder, names, diagnose=task == "diagnose")
        output = self.temporary / files.STDERR_FILE
        ended = self._work(spec, output, PREPARE_TIMEOUT_S)
        try:
            found = files.read_json(str(folder / files.ENVIRONMENT_FILE), schemas.ENVIRONMENT)
        except RunError as error:
            raise CollectError(self._why_not(ended)) from error
        if found["error"] and found.get("to_do"):
            raise CollectError(found["error"], self.python, found["to_do"])
        if found["error"]:
            how = (
                "pip install 'kprof[tensorflow]'"
                if self.request.python is None
                else f"{shlex.quote(self.python)} -m pip install tensorflow"
            )
            raise CollectError(
                f"{self.python}: {found['error']}; install it there ({how}), "
                "or name another interpreter with --python"
            )
        diagnosis = found["diagnosis"]
        found = dict(found["environment"])
        if diagnosis:
            found.update(profiler=diagnosis, devices=diagnosis["devices"])
        for name, workload in found["workloads"].items():
            if workload.get("error"):
                raise CollectError(f"cannot measure {name}: {workload['error']}")
        found["variables"] = worker.recorded_variables(keep_pythonpath=self.given is not None)
        if found["cprofile_lost_frames"]:
            sound = first_sound(find_interpreters(), self.worker)
            found["cprofile_remedy"] = sound and f"Python {sound.version}"
        return found


def _plan(request: Request, environment: Mapping[str, Any]) -> Plan:
    if request.model is None:
        return planning.make(request)
    found = environment["workloads"][planning.workload_name(request.model)]
    call_s = found["call_ns"] / 1e9
    return planning.make(request, WorkloadFacts(call_s, call_s, found["batch_size"]))
