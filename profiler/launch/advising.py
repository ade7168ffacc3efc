"""Tries ways to call, one process after another; a candidate that ends its process costs its row alone."""

from __future__ import annotations

import dataclasses
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..catalogue import catalogue
from ..plan import advising as planning
from ..plan import user_model
from ..plan.advising import AdvicePlan, Asked
from ..plan.estimate import BUILT_IN, UNKNOWN, CallCost
from ..plan.processes import CapturePlan, Plan, ProcessPlan
from ..protocol import files, schemas
from ..protocol.advising import EXIT_STUCK, MISSING, UNSUITABLE, CandidateFacts, Doing
from ..protocol.candidates import BASELINE
from ..protocol.errors import CollectError, KprofError
from ..protocol.spec import AdviseSpec, CandidateSpec, WorkerExit
from ..protocol.vocabulary import TIMED_STATUSES
from ..runs import validation
from ..runs.location import traces_folder
from ..runs.store import RunStore, Taken, capture_folder
from . import host, ledger, preparing, steps
from .listener import Listener
from .manager import begun, new_seed, writing
from .preparing import PREPARE_TIMEOUT_S, Prepared


def dry_run(asked: Asked) -> str:
    """Return the plan of a trial as text; nothing is started.

    Raises:
        UsageError: a file or interpreter that does not exist.
    """
    located = user_model.located(asked.request)
    user_model.spec(located, user_model.model_file(located.model))
    return planning.make(asked, BUILT_IN.get(asked.workload, UNKNOWN)).describe()


def execute(asked: Asked, listener: Listener, release: str | None = None) -> Path:
    """Try the candidates and return the run's directory.

    Args:
        asked: what was asked for.
        listener: is told how it is going.
        release: the TensorFlow release whose environment is used; None for the request's interpreter.

    Raises:
        UsageError: a file or interpreter that does not exist, or rows that the model cannot take.
        CollectError: predict itself could not be measured.
        KeyboardInterrupt: it was interrupted; what is complete is in the run directory.
    """
    asked = replace(asked, request=user_model.located(asked.request))
    with writing(traces_folder(asked.request.out)) as (traces, temporary, kept):
        notes: tuple[str, ...] = ()
        if release is not None:
            request, notes = kept.enter_context(preparing.released(release, asked.request, listener))
            asked = replace(asked, request=request)
        site = preparing.site(asked.request, temporary)
        given = site.contents()
        part = preparing.prepare("", site, listener, notes)
        plan = _plan(asked, part)
        listener.plan(plan.describe())
        shown = replace(part, plan=Plan(plan.processes, plan.variants))
        taken = steps.alone(shown)
        manifest = dataclasses.replace(begun(asked.request, [shown], taken, new_seed()), given=given)
        store = RunStore.create(traces, f"{part.slug}-advise", manifest)
        ledger.record(store)

        def cut_short() -> None:
            listener.note(f"interrupted; what is complete is kept in {store.path}")

        with store.sitting(host.describe, cut_short):
            _Advising(store, part, plan, listener).measure()
        return store.path


def _plan(asked: Asked, part: Prepared) -> AdvicePlan:
    facts = part.environment.workloads.get(asked.workload)
    cost, state = BUILT_IN.get(asked.workload, UNKNOWN), "compiled"
    if facts is not None:
        state = facts.compile_state or state
        if facts.call_ns:
            call_s = facts.call_ns / 1e9
            cost = CallCost(call_s, call_s, facts.batch_size, facts.rows)
    return planning.make(asked, cost, state)


@dataclass
class _Advising:
    """Measures a plan into a run; ``lost`` holds the candidates that are not tried again."""

    store: RunStore
    part: Prepared
    plan: AdvicePlan
    listener: Listener
    lost: set[str] = field(default_factory=set)

    def measure(self) -> None:
        """Measure every process of the plan."""
        total = len(self.plan.processes)
        for index, process in enumerate(self.plan.processes):
            going = self._without_lost(process)
            if len(going.captures) < 2:
                continue
            names = [one.variant.entry_point for one in going.captures]
            others = names[1] if len(names) == 2 else f"{len(names) - 1} ways"
            label = f"{process.workload} predict and {others} #{index % self.plan.repetitions + 1}"
            self.listener.started(label, index, total, going.estimate_s)
            seconds, failed = self._process(going)
            self.listener.finished(label, "failed" if failed else "ok", seconds)
            for name, reason in failed.items():
                self.listener.note(f"{name}: {reason}")

    def _without_lost(self, process: ProcessPlan) -> ProcessPlan:
        kept = tuple(one for one in process.captures if one.variant.entry_point not in self.lost)
        return replace(process, captures=kept)

    def _process(self, process: ProcessPlan) -> tuple[float, dict[str, str]]:
        """Measure one process, and again without a candidate that ended it; return what was lost and why."""
        seconds = 0.0
        failed: dict[str, str] = {}
        while len(process.captures) > 1:
            blamed, spent = self._once(process, failed)
            seconds += spent
            if blamed is None:
                break
            kept = tuple(one for one in process.captures if one is not blamed)
            process = replace(process, captures=kept)
        return seconds, failed

    def _once(self, process: ProcessPlan, failed: dict[str, str]) -> tuple[CapturePlan | None, float]:
        partial = self.store.path / f"{files.PARTIAL_PREFIX}{process.number}"
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir()
            site, output = self.part.site, partial / files.STDERR_FILE
            spec = site.spec(partial.resolve(), [process.workload], advise=self._spec(process))
            ended = site.work(spec, output, 10 * process.estimate_s + PREPARE_TIMEOUT_S + self.plan.limit_s)
            blamed = None if ended.reason is None else self._blamed(process, partial, ended)
            if blamed is None:
                taken = self.store.adopt(self.part.slug, process, partial, ended, output)
            else:
                capture, ended = blamed
                self._leave_out(partial, capture, process)
                process = replace(process, captures=(capture,))
                taken = self.store.adopt(self.part.slug, process, partial, ended, output)
            self._keep_lost(process, taken, failed)
            return (None if blamed is None else blamed[0]), ended.seconds
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _blamed(
        self, process: ProcessPlan, partial: Path, ended: WorkerExit
    ) -> tuple[CapturePlan, WorkerExit] | None:
        """Return the candidate during whose step the worker ended, and how; None where none was."""
        try:
            doing = validation.read(partial / files.DOING_FILE, schemas.DOING, Doing)
        except (KprofError, OSError):
            return None
        found = [one for one in process.captures if one.variant.entry_point == doing.candidate]
        if not found:
            return None
        stuck = ended.exit_code == EXIT_STUCK or ended.status == "timeout"
        status = "timeout" if stuck else "failed"
        why = f"not done within {doing.limit_s:.0f} s" if stuck else ended.reason
        return found[0], replace(ended, status=status, reason=f"{why} ({doing.step})")

    def _leave_out(self, partial: Path, capture: CapturePlan, process: ProcessPlan) -> None:
        """Remove what a candidate left of a capture before it ended its process."""
        folder = partial / capture_folder(self.part.slug, process, capture)
        shutil.rmtree(folder, ignore_errors=True)

    def _keep_lost(self, process: ProcessPlan, taken: Sequence[Taken], failed: dict[str, str]) -> None:
        """Remember the candidates that failed.

        Raises:
            CollectError: predict is among them.
        """
        for capture, one in zip(process.captures, taken, strict=True):
            if one.status in TIMED_STATUSES:
                continue
            name, status = capture.variant.entry_point, self._status(process, capture)
            if name == BASELINE:
                raise CollectError(f"predict could not be measured: {one.reason}", self.store.path)
            self.lost.add(name)
            if status not in (MISSING, UNSUITABLE):
                failed[name] = one.reason or "no reason was left"

    def _status(self, process: ProcessPlan, capture: CapturePlan) -> str | None:
        """Return what a worker said of a candidate; None where it said nothing."""
        folder = self.store.path / capture_folder(self.part.slug, process, capture)
        try:
            found = validation.read(folder / files.CANDIDATE_FILE, schemas.CANDIDATE, CandidateFacts)
        except (KprofError, OSError):
            return None
        return found.status

    def _spec(self, process: ProcessPlan) -> AdviseSpec:
        seed = random.Random(self.store.manifest.seed + process.number).getrandbits(31)
        return AdviseSpec(
            environment=self.part.slug,
            process=process.number,
            seed=seed,
            candidates=[
                CandidateSpec(
                    one.variant,
                    one.calls,
                    one.budget_s,
                    capture_folder(self.part.slug, process, one),
                )
                for one in process.captures
            ],
            rows=self.plan.sizes.drawn(seed),
            sizes=list(self.plan.sizes.values),
            calls_per_batch=self.plan.asked.calls_per_batch,
            compares=self.plan.compares(process),
            limit_s=self.plan.limit_s,
            catalogue=catalogue.load().for_worker(),
        )
