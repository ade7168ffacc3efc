"""The manager: prepares what a request asks for, and has it measured into a run."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..catalogue import catalogue
from ..plan import against, processes, user_model
from ..plan.request import RELEASE, Request
from ..runs import disk
from ..runs.location import traces_folder
from ..runs.lock import locked
from ..runs.manifest import RUNNING, RunManifest, VariantEntry
from ..runs.store import RunStore
from . import ledger, preparing, proofs, sides, steps
from .listener import Listener
from .measuring import Outcome, carry_out
from .preparing import Prepared
from .steering import Longer, Steering, by_stage, looks
from .steps import Step


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
    plan = processes.make(request)
    if located.against is None:
        told = None if release is None else preparing.unlisted(release)
        return "\n".join(filter(None, (plan.describe(), told)))
    base = against.find(located.against, located, user_model.working_folder())
    releases = filter(None, (release, base.value if base.kind == RELEASE else None))
    return "\n".join([sides.describe(plan, str(base)), *filter(None, map(preparing.unlisted, releases))])


def execute(
    request: Request, listener: Listener, release: str | None = None, steering: Steering | None = None
) -> Outcome:
    """Carry out a request and return its outcome.

    Args:
        request: what to measure.
        listener: is told how it is going.
        release: the TensorFlow release whose environment is measured; None for the request's interpreter.
        steering: says how the measuring of two sides goes on; None: as planned. The outcome is that of the
            last run.

    Raises:
        UsageError: a file or interpreter that does not exist, or a release that cannot.
        CollectError: nothing could be measured.
        KeyboardInterrupt: it was interrupted; the captures that were complete are in the run directory,
            whose path has been told to the listener.
    """
    if request.model is None and request.against is None:
        listener.plan(processes.make(request).describe())
    request = user_model.located(request)
    base = None if request.against is None else _base(request, request.against)
    notes: tuple[str, ...] = ()
    with writing(traces_folder(request.out)) as (traces, temporary, kept):
        if release is not None:
            request, notes = kept.enter_context(preparing.released(release, request, listener))
        if base is not None:
            opened = sides.opened(request, base, sides.Place(temporary, kept), listener, notes)
            return _beside(traces, opened, listener, steering)
        site = preparing.site(request, temporary)
        given = site.contents()
        part = preparing.prepare("", site, listener, notes)
        if given is not None:
            listener.plan(part.plan.describe())
        taken = steps.alone(part)
        manifest = dataclasses.replace(begun(request, [part], taken, new_seed()), given=given)
        store = RunStore.create(traces, part.slug, manifest)
        ledger.record(store)
        return carry_out(store, taken, listener)


def _base(request: Request, spec: str) -> against.Against:
    """Return what a request is measured against, before anything is made for it."""
    return against.find(spec, request, user_model.working_folder())


def _beside(traces: Path, opened: sides.Sides, listener: Listener, steering: Steering | None) -> Outcome:
    """Measure two sides in turn into a new run, and again as often as is asked."""
    this, base = opened.this, opened.base
    if steering is not None and steering.extends:
        this, base = map(by_stage, (this, base))
    listener.plan(sides.describe(this.plan, opened.record.spec))
    while True:
        outcome = _in_turn(traces, dataclasses.replace(opened, this=this, base=base), listener, steering)
        if steering is None or not steering.repeats(outcome.run_path):
            return outcome
        listener.note("the gate fails: all of it is measured again, in fresh processes")


def _in_turn(traces: Path, opened: sides.Sides, listener: Listener, steering: Steering | None) -> Outcome:
    both = opened.this, opened.base
    taken = steps.in_turn(*both)
    extends = steering is not None and steering.extends
    manifest = dataclasses.replace(
        begun(opened.this.site.request, both, taken, new_seed()),
        given=opened.given,
        sides=opened.record,
        adaptive=looks(both) if extends else {},
    )
    store = RunStore.create(traces, f"{opened.this.slug}-beside-{opened.base.slug}", manifest)
    ledger.record(store)
    if steering is None:
        return carry_out(store, taken, listener)
    return carry_out(store, taken, listener, more=Longer(store, both, steering, listener))


@contextlib.contextmanager
def writing(traces: Path) -> Iterator[tuple[Path, Path, contextlib.ExitStack]]:
    """Hold a traces folder for one run; yield it, a temporary folder, and what is held until the run ends.

    Raises:
        CollectError: the folder cannot be written or is held, or the disk is full.
    """
    with disk.room_in(traces), locked(traces), contextlib.ExitStack() as kept:
        temporary = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="kprof-")))
        yield traces, temporary, kept


def new_seed() -> int:
    """Return the seed of a new run."""
    return secrets.randbits(31)


def begun(request: Request, parts: Sequence[Prepared], taken: Sequence[Step], seed: int) -> RunManifest:
    """Return the manifest of a run that measures these environments, before anything is measured.

    Args:
        request: what was asked for.
        parts: the environments.
        taken: their processes, in the order in which they are measured.
        seed: the run's seed.
    """
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
        seed=seed,
        order=[step.label(several) for step in taken],
        proofs={part.slug: found for part in parts if (found := proofs.known(part.environment))},
    )
