"""The manager: measures plans into a run, one process after another, and keeps what is complete."""

from __future__ import annotations

import contextlib
import dataclasses
import random
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..catalogue import catalogue
from ..plan import processes, user_model
from ..plan.processes import ProcessPlan
from ..plan.request import Request
from ..protocol import files
from ..protocol.errors import EXIT_DONE, EXIT_PARTIAL, CollectError, KprofError
from ..protocol.spec import MeasureSpec, VariantSpec
from ..runs import disk, record
from ..runs.location import traces_folder
from ..runs.lock import locked
from ..runs.manifest import RUNNING, RunManifest, VariantEntry
from ..runs.store import RunStore, Taken, capture_folder
from . import host, ledger, preparing, proofs, stopping
from .listener import Listener, Placed
from .preparing import PREPARE_TIMEOUT_S, Prepared


@dataclass(frozen=True)
class Outcome:
    """What a run left: its directory and the exit code that fits."""

    run_path: Path
    exit_code: int


def dry_run(request: Request, release: str | None = None) -> str:
    """Return the plan of a request as text; nothing is started or written.

    Args:
        request: what was asked for.
        release: the TensorFlow release whose environment is measured; None for an interpreter.

    Raises:
        UsageError: a file or interpreter that does not exist, or a release that cannot.
    """
    located = user_model.located(request)
    user_model.spec(located, user_model.model_file(located.model))
    told = None if release is None else preparing.unlisted(release)
    return "\n".join(filter(None, (processes.make(request).describe(), told)))


def execute(request: Request, listener: Listener, release: str | None = None) -> Outcome:
    """Carry out a request and return its outcome.

    Args:
        request: what to measure.
        listener: is told how it is going.
        release: the TensorFlow release whose environment is measured; None for the request's interpreter.

    Raises:
        UsageError: a file or interpreter that does not exist, or a release that cannot.
        CollectError: nothing could be measured.
        KeyboardInterrupt: it was interrupted; the captures that were complete are in the run directory,
            whose path has been told to the listener.
    """
    if request.model is None:
        listener.plan(processes.make(request).describe())
    request = user_model.located(request)
    notes: tuple[str, ...] = ()
    with writing(traces_folder(request.out)) as (traces, temporary, kept):
        if release is not None:
            request, notes = kept.enter_context(preparing.released(release, request, listener))
        site = preparing.site(request, temporary)
        given = site.contents()
        part = preparing.prepare("", site, listener, notes)
        if given is not None:
            listener.plan(part.plan.describe())
        manifest = dataclasses.replace(begun(request, [part]), given=given)
        store = RunStore.create(traces, part.slug, manifest)
        ledger.record(store)
        return carry_out(store, [part], listener)


@contextlib.contextmanager
def writing(traces: Path) -> Iterator[tuple[Path, Path, contextlib.ExitStack]]:
    """Hold a traces folder for one run; yield it, a temporary folder, and what is held until the run ends.

    Raises:
        CollectError: the folder cannot be written or is held, or the disk is full.
    """
    with disk.room_in(traces), locked(traces), contextlib.ExitStack() as kept:
        temporary = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="kprof-")))
        yield traces, temporary, kept


def begun(request: Request, parts: Sequence[Prepared]) -> RunManifest:
    """Return the manifest of a run that measures these environments, before anything is measured."""
    several = len(parts) > 1
    return RunManifest(
        created="",
        status=RUNNING,
        catalogue=catalogue.load().id,
        smallest_effect=request.smallest_effect,
        environments={part.slug: part.environment for part in parts},
        variants=[VariantEntry(part.slug, variant) for part in parts for variant in part.plan.variants],
        captures=[],
        request=request,
        seed=secrets.randbits(31),
        order=[
            f"{part.slug} {process.label}" if several else process.label
            for part in parts
            for process in part.plan.processes
        ],
        proofs={part.slug: found for part in parts if (found := proofs.known(part.environment))},
    )


def carry_out(
    store: RunStore,
    parts: Sequence[Prepared],
    listener: Listener,
    failures: Mapping[str, str] | None = None,
) -> Outcome:
    """Measure what a run lacks of the plans of its environments, and return the outcome of the whole run.

    Args:
        store: the run.
        parts: its environments, which are measured one after another. Where there are several, one that
            fails is recorded under ``failures`` and the others are measured all the same.
        listener: is told how it is going.
        failures: the environments that could not be prepared, with the reason.

    Raises:
        CollectError: no capture succeeded.
    """
    failed = dict(failures or {})

    with store.sitting(host.describe, lambda: tell_of_interruption(store, parts, listener)):
        before, total = 0, sum(len(part.plan.processes) for part in parts)
        for part in parts:
            prefix = f"{part.slug} " if store.manifest.releases is not None else ""
            try:
                Manager(store, part, Placed(listener, prefix, before, total)).measure()
            except KprofError as error:
                if store.manifest.releases is None:
                    raise
                failed[part.name] = str(error)
                store.change(failures=failed)
                listener.note(f"{part.name}: {error}")
            before += len(part.plan.processes)
    return outcome(store, parts, listener, failed)


def outcome(
    store: RunStore, parts: Sequence[Prepared], listener: Listener, failed: Mapping[str, str]
) -> Outcome:
    """Return how a run went as a whole, having told what it lacks.

    Raises:
        CollectError: no capture succeeded.
    """
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
    listener.note("; ".join(filter(None, (told, _how_to_go_on(store, parts)))))
    return Outcome(store.path, EXIT_PARTIAL)


def tell_of_interruption(store: RunStore, parts: Sequence[Prepared], listener: Listener) -> None:
    """Tell where a run that was interrupted is kept, and how it goes on."""
    kept = f"interrupted; what is complete is kept in {store.path}"
    listener.note("; ".join(filter(None, (kept, _how_to_go_on(store, parts)))))


def _how_to_go_on(store: RunStore, parts: Sequence[Prepared]) -> str | None:
    if store.manifest.releases is not None:
        return None
    if any(user_model.is_temporary(part.site.request) for part in parts):
        return "what it lacks needs a new run, since its model lives in this process alone"
    command = "run" if store.manifest.sweep is None else "sweep"
    return f"measure what it lacks with: kprof {command} --resume {shlex.quote(str(store.path))}"


@dataclass(frozen=True)
class Manager:
    """Measures one environment's plan into a run."""

    store: RunStore
    part: Prepared
    listener: Listener

    def measure(self) -> None:
        """Measure what the run lacks of the plan."""
        plan, slug = self.part.plan, self.part.slug
        total = len(plan.processes)
        for index, process in enumerate(plan.processes):
            if not stopping.lacks(self.store, slug, process):
                continue
            self.listener.started(process.label, index, total, process.estimate_s)
            found, seconds = self._process(process)
            reasons = {one.status: one.reason for one in reversed(found)}
            worst = next((s for s in ("failed", "timeout", "unsound") if s in reasons), "ok")
            self.listener.finished(process.label, worst, seconds)
            # what is unsound is told with the report, once
            if worst in ("failed", "timeout"):
                self.listener.note(f"{process.label}: {reasons[worst]}")
            stopping.after(self.store, slug, plan, process, self.listener)

    def _process(self, process: ProcessPlan) -> tuple[list[Taken], float]:
        partial = self.store.path / f"{files.PARTIAL_PREFIX}{process.number}"
        # one that a kill left behind
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir()
            spec = self.part.site.spec(partial.resolve(), process.workloads, self._measure_spec(process))
            output = partial / files.STDERR_FILE
            ended = self.part.site.work(spec, output, 10 * process.estimate_s + PREPARE_TIMEOUT_S)
            taken = self.store.adopt(self.part.slug, process, partial, ended, output)
            return taken, ended.seconds
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _measure_spec(self, process: ProcessPlan) -> MeasureSpec:
        slug = self.part.slug
        return MeasureSpec(
            environment=slug,
            process=process.number,
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
