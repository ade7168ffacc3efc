"""Measures the steps of a run, one after another, and keeps what is complete."""

from __future__ import annotations

import contextlib
import dataclasses
import random
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..catalogue import catalogue
from ..plan import user_model
from ..plan.processes import ProcessPlan
from ..protocol import files
from ..protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, KprofError
from ..protocol.spec import MeasureSpec, Spec, VariantSpec, WorkerExit
from ..runs import record
from ..runs.store import RunStore, Taken, capture_folder
from . import host, stopping, turns
from .listener import Listener
from .preparing import PREPARE_TIMEOUT_S
from .steps import Step, Task
from .turns import Turning


@dataclass(frozen=True)
class Outcome:
    """What a run left: its directory and the exit code that fits."""

    run_path: Path
    exit_code: int


def carry_out(
    store: RunStore,
    steps: Sequence[Step],
    listener: Listener,
    failures: Mapping[str, str] | None = None,
    more: Callable[[], Sequence[Step]] = tuple,
) -> Outcome:
    """Measure what a run lacks of its steps, and return the outcome of the whole run.

    Args:
        store: the run.
        steps: what is measured, in order. In a run over releases, one that fails is recorded under
            ``failures`` and the others are measured all the same.
        listener: is told how it is going.
        failures: the environments that could not be prepared, with the reason.
        more: gives what is to be measured after that, in the same sitting, until there is nothing more.

    Raises:
        CollectError: no capture succeeded.
    """
    failed = dict(failures or {})

    def cut_short() -> None:
        kept = f"interrupted; what is complete is kept in {store.path}"
        listener.note("; ".join(filter(None, (kept, _how_to_go_on(store, steps)))))

    with store.sitting(host.describe, cut_short):
        before, left = 0, steps
        while left:
            measuring = _Measuring(store, listener, before + len(left))
            for index, step in enumerate(left, before):
                _take(measuring, index, step, failed)
            before, left = before + len(left), more()
    return _outcome(store, steps, listener, failed)


def _take(measuring: _Measuring, index: int, step: Step, failed: dict[str, str]) -> None:
    """Measure a step; in a run over releases, one that fails is noted in ``failed`` and left out after."""
    name, store = step.tasks[0].part.name, measuring.store
    if name in failed:
        return
    try:
        measuring.take(index, step)
    except KprofError as error:
        if store.manifest.releases is None:
            raise
        failed[name] = str(error)
        store.change(failures=failed)
        measuring.listener.note(f"{name}: {error}")


def _outcome(
    store: RunStore, steps: Sequence[Step], listener: Listener, failed: Mapping[str, str]
) -> Outcome:
    captures = record.read(store.path).captures
    statuses = [capture.status for capture in captures]
    if "ok" not in statuses:
        reason = next((c.reason for c in captures if c.reason), "no reason was left")
        reasons = "; ".join(f"{name}: {why}" for name, why in failed.items()) or reason
        raise CollectError(f"no capture succeeded: {reasons}", store.path)
    lost = sum(status in ("failed", "timeout") for status in statuses)
    if not lost and not failed:
        return Outcome(store.path, EXIT_DONE)
    what = [f"{lost} of {len(statuses)} captures failed"] if lost else []
    what += [f"{len(failed)} environments could not be measured ({', '.join(failed)})"] if failed else []
    told = f"exit code {EXIT_PARTIAL}: {' and '.join(what)}, the report has the others"
    listener.note("; ".join(filter(None, (told, _how_to_go_on(store, steps)))))
    return Outcome(store.path, EXIT_PARTIAL)


def _how_to_go_on(store: RunStore, steps: Sequence[Step]) -> str | None:
    if store.manifest.releases is not None:
        return None
    if any(user_model.is_temporary(task.part.site.request) for step in steps for task in step.tasks):
        return "what it lacks needs a new run, since its model lives in this process alone"
    command = "run" if store.manifest.sweep is None else "sweep"
    return f"measure what it lacks with: kprof {command} --resume {shlex.quote(str(store.path))}"


@dataclass(frozen=True)
class _Measuring:
    """Takes the steps of a run, of which there are ``total``."""

    store: RunStore
    listener: Listener
    total: int

    def take(self, index: int, step: Step) -> None:
        """Measure a step unless the run has it; both sides of one anew where either is lacking."""
        lacking = [task for task in step.tasks if stopping.lacks(self.store, task.part.slug, task.process)]
        if not lacking:
            return
        label = step.label(of_several=self.store.manifest.releases is not None)
        self.listener.started(label, index, self.total, step.estimate_s)
        found, seconds = self._processes(step)
        reasons = {one.status: one.reason for one in reversed(found)}
        worst = next((s for s in ("failed", "timeout", "unsound") if s in reasons), "ok")
        self.listener.finished(label, worst, seconds)
        # what is unsound is told with the report, once
        if worst in ("failed", "timeout"):
            self.listener.note(f"{label}: {reasons[worst]}")
        taken = {task.part.slug: task.process for task in step.tasks}
        stopping.after(self.store, step.tasks[0].part.plan, taken, self.listener)

    def _processes(self, step: Step) -> tuple[list[Taken], float]:
        """Run a step's processes; return how each capture went, and the seconds that they took."""
        partial = self.store.path / f"{files.PARTIAL_PREFIX}{step.number}"
        # one that a kill left behind
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir()
            folders = [self._folder(partial, step, task) for task in step.tasks]
            ended = self._ended(step, folders)
            taken: list[Taken] = []
            for task, folder, one in zip(step.tasks, folders, ended, strict=True):
                output = folder / files.STDERR_FILE
                taken += self.store.adopt(task.part.slug, task.process, folder, one, output)
            return taken, sum(one.seconds for one in ended)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _folder(self, partial: Path, step: Step, task: Task) -> Path:
        """Return the folder that a worker's output goes to: one each."""
        if len(step.tasks) == 1:
            return partial
        folder = partial / task.part.slug
        folder.mkdir()
        return folder

    def _ended(self, step: Step, folders: Sequence[Path]) -> list[WorkerExit]:
        """Run the workers of a step to their ends."""
        specs = [self._spec(task, folder) for task, folder in zip(step.tasks, folders, strict=True)]
        outputs = [folder / files.STDERR_FILE for folder in folders]
        if len(step.tasks) == 1:
            (task,) = step.tasks
            return [task.part.site.work(specs[0], outputs[0], _timeout_s(task.process))]
        with contextlib.ExitStack() as kept:
            turning = []
            for task, spec, output in zip(step.tasks, specs, outputs, strict=True):
                pipes = kept.enter_context(turns.pipes_in(task.part.site.temporary))
                beside = dataclasses.replace(spec, turns=pipes)
                job = task.part.site.job(beside, output, _timeout_s(task.process))
                turning.append(Turning(job, pipes))
            return turns.run(turning, _seed(self.store.manifest.seed, step.number, "turns"))

    def _spec(self, task: Task, folder: Path) -> Spec:
        process = task.process
        return task.part.site.spec(folder.resolve(), process.workloads, self._measure_spec(task))

    def _measure_spec(self, task: Task) -> MeasureSpec:
        slug, process = task.part.slug, task.process
        return MeasureSpec(
            environment=slug,
            process=process.number,
            # the same for both sides, whose variants then have the same order in each round
            seed=random.Random(self.store.manifest.seed + process.number).getrandbits(31),
            catalogue=catalogue.load().for_worker(),
            outputs=process.compares_outputs,
            growth=process.reads_growth,
            variants=[
                VariantSpec(
                    entry.variant,
                    entry.instrument,
                    entry.calls,
                    entry.budget_s,
                    entry.inspect,
                    capture_folder(slug, process, entry),
                )
                for entry in process.captures
            ],
        )


def _timeout_s(process: ProcessPlan) -> float:
    return 10 * process.estimate_s + PREPARE_TIMEOUT_S


def _seed(seed: int, number: int, what: str) -> int:
    return random.Random(f"{seed} {number} {what}").getrandbits(31)
