"""Resumes an interrupted run: what is measured now must be what was measured then.

A run may come from anyone. Resuming one starts the interpreter and the model that its manifest names: that
is done only for a run that this user made here (`ledger`), or where the user names both again.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..plan import against, user_model
from ..plan.against import Against
from ..plan.processes import Plan
from ..plan.request import OPTIONS, Request
from ..protocol.errors import UsageError
from ..protocol.options import option
from ..protocol.spec import EnvironmentFacts, GivenModel, WorkloadSpec
from ..protocol.vocabulary import ENTRY_POINTS, is_factory
from ..runs.manifest import SideBySide
from ..runs.store import RunStore
from . import ledger, preparing, sides, steps, stopping
from .listener import Listener
from .manager import writing
from .measuring import Outcome, carry_out

# What must be the same for captures of one run to be comparable.
FINGERPRINT = (
    "slug",
    "executable",
    "python",
    "framework_version",
    "keras",
    "backend",
    "numpy",
    "device",
    "jit_compile",
    "cpu",
    "cores",
    "platform",
    "threads",
    "variables",
)

Asked = Mapping[str, Any]
"""Fields of a request that the user gave beside the run."""


def dry_run(run: Path, asked: Asked) -> str:
    """Return what an interrupted run lacks as text; nothing is started or written."""
    store, request = opened(run, asked)
    beside = store.manifest.sides
    if beside is not None:
        base = _base(store, request, beside)
        plans = sides.planned_alike(
            (request, store.manifest.environments[beside.this]),
            (sides.modelled(request, base), store.manifest.environments[beside.base]),
        )
        return describe(store, dict(zip((beside.this, beside.base), plans, strict=True)))
    slug, environment = _only_environment(store)
    return describe(store, {slug: preparing.plan(request, environment)})


def resume(run: Path, asked: Asked, listener: Listener) -> Outcome:
    """Measure what an interrupted run lacks, and return the outcome of the whole run.

    Args:
        run: the run directory.
        asked: the fields of a request that the user gave beside it; they must be the run's own.
        listener: is told how it is going.

    Raises:
        UsageError: another plan, model or environment than the run's, or a run from elsewhere that names what
            would be executed.
    """
    with writing(run.parent) as (_, temporary, kept):
        store, request = opened(run, asked)
        require_own(store, asked)
        if store.manifest.sides is not None:
            place = sides.Place(temporary, kept)
            return _resume_sides(store, request, store.manifest.sides, place, listener)
        slug, stored = _only_environment(store)
        site = preparing.site(request, temporary, folder_of(store) if request.model else None)
        if site.given is not None:
            require_same_contents(run, site.given, store.manifest.given, site.contents())
        part = preparing.prepare("", site, listener, stored.notes)
        require_same_environment(run, stored, part.environment)
        require_same_parameters(run, stored, part.environment)
        part = dataclasses.replace(part, environment=stored, plan=preparing.plan(request, stored))
        if part.slug != slug:
            raise UsageError(f"its environment calls itself {part.slug}, the run calls it {slug}", run)
        listener.plan(describe(store, {slug: part.plan}))
        return carry_out(store, steps.alone(part), listener)


def _resume_sides(
    store: RunStore, request: Request, beside: SideBySide, place: sides.Place, listener: Listener
) -> Outcome:
    """Measure what a run of two sides lacks, in pairs of processes, and return its outcome."""
    run, stored = store.path, store.manifest.environments
    folder = folder_of(store) if request.model else None
    notes = stored[beside.this].notes
    found = sides.opened(request, _base(store, request, beside), place, listener, notes, folder)
    parts = []
    for slug, part, given, contents in (
        (beside.this, found.this, store.manifest.given, found.given),
        (beside.base, found.base, beside.given, found.record.given),
    ):
        if part.site.given is not None:
            require_same_contents(run, part.site.given, given, contents)
        require_same_environment(run, stored[slug], part.environment)
        require_same_parameters(run, stored[slug], part.environment)
        parts.append(dataclasses.replace(part, environment=stored[slug]))
    plans = sides.planned_alike(*((part.site.request, part.environment) for part in parts))
    this, base = (dataclasses.replace(part, plan=plan) for part, plan in zip(parts, plans, strict=True))
    listener.plan(describe(store, {beside.this: this.plan, beside.base: base.plan}))
    return carry_out(store, steps.in_turn(this, base), listener)


def _base(store: RunStore, request: Request, beside: SideBySide) -> Against:
    """Return what a run was measured against, which must be the same commit where it is a revision."""
    folder = folder_of(store) if request.model else user_model.working_folder()
    base = against.find(beside.spec, request, folder)
    if base.commit != beside.commit:
        before, now = (commit and commit[:12] for commit in (beside.commit, base.commit))
        what = f"was measured against commit {before} ({beside.spec}), which is {now} now"
        raise UsageError(what, store.path, "make a new run")
    return base


def opened(run: Path, asked: Asked) -> tuple[RunStore, Request]:
    """Return an interrupted run and the request that it was made with.

    Raises:
        RunError: no run, or a manifest that was cut or altered.
        UsageError: it cannot be resumed, or other options were given.
    """
    store = RunStore.open(run)
    if store.manifest.releases is not None:
        raise UsageError("holds several environments, which cannot be resumed", run, "measure them again")
    tried = {one.variant.entry_point for one in store.manifest.variants} - set(ENTRY_POINTS)
    if tried:
        what = f"holds ways to call that were tried for advice ({', '.join(sorted(tried))})"
        raise UsageError(what, run, "make a new one with kprof advise")
    if store.manifest.sweep is not None:
        again = f"kprof sweep --resume {shlex.quote(str(run))}"
        raise UsageError("is a sweep", run, f"go on with: {again}")
    if store.manifest.request is None:
        raise UsageError("does not say what it was to measure", run, "make a new run")
    stored = user_model.located(store.manifest.request)
    given = user_model.located(dataclasses.replace(stored, **asked))
    for name in asked:
        before, now = getattr(stored, name), getattr(given, name)
        if before != now:
            was = option(name, _shown(before)) if name in OPTIONS else f"{name} {_shown(before)}"
            raise UsageError(
                f"was made with {was}, not {_shown(now)}",
                run,
                "leave the option out, or make a new run",
            )
    return store, stored


def require_own(store: RunStore, asked: Asked) -> None:
    """Raise `UsageError` for a run from elsewhere that would have run what the user did not name."""
    manifest, request = store.manifest, store.manifest.request
    if request is None or ledger.knows(manifest):
        return
    runs = ["python", "model", "against"]
    runs += ["input"] * (request.input is not None and is_factory(request.input))
    named = [name for name in runs if getattr(request, name) is not None and name not in asked]
    if named:
        again = " ".join(option(name, shlex.quote(getattr(request, name))) for name in named)
        raise UsageError(
            "was not made here by you, and resuming it would run what it names",
            store.path,
            f"if you trust it, name that yourself: {again}",
        )
    folder = manifest.given and manifest.given.folder
    if folder and Path(folder) != user_model.working_folder():
        raise UsageError(
            f"was not made here by you, and its model would be loaded from {folder}",
            store.path,
            "if you trust it, resume it from that folder",
        )


def _only_environment(store: RunStore) -> tuple[str, EnvironmentFacts]:
    found = list(store.manifest.environments.items())
    if len(found) != 1:
        raise UsageError(f"holds {len(found)} environments, not one", store.path, "make a new run")
    return found[0]


def folder_of(store: RunStore) -> Path:
    """Return the folder that a run with a model of the user's own was made from."""
    given = store.manifest.given
    folder = user_model.working_folder() if given is None else Path(given.folder)
    if not folder.is_dir():
        raise UsageError(f"{folder}, where it was made, is gone", store.path, "make a new run")
    return folder


def describe(store: RunStore, plans: Mapping[str, Plan]) -> str:
    """Return as text what a run lacks of its plans by environment; of two sides, of what each lacks."""
    pairs = zip(*(plan.processes for plan in plans.values()), strict=True)
    left = tuple(
        pair[0]
        for pair in pairs
        if any(stopping.lacks(store, slug, one) for slug, one in zip(plans, pair, strict=True))
    )
    if not left:
        return f"{store.path}: is complete"
    plan = dataclasses.replace(next(iter(plans.values())), processes=left, stopping={})
    beside = store.manifest.sides
    return plan.describe() if beside is None else sides.describe(plan, beside.spec)


def require_same_environment(run: Path, stored: EnvironmentFacts, found: EnvironmentFacts) -> None:
    """Raise `UsageError` where an environment is not the one that a run was measured in."""
    for name, before, now in _differences(stored, found):
        raise UsageError(
            f"was measured with {name} {_shown(before)}, here it is {_shown(now)}",
            run,
            "make it so again, or make a new run",
        )


def _differences(stored: EnvironmentFacts, found: EnvironmentFacts) -> Iterator[tuple[str, object, object]]:
    for fact in FINGERPRINT:
        before, now = getattr(stored, fact), getattr(found, fact)
        # an older kprof has recorded less
        if before in ("", None, {}):
            continue
        if isinstance(before, dict) and isinstance(now, dict):
            for name in {**before, **now}:
                if before.get(name) != now.get(name):
                    kind = f"{fact} {name}" if fact == "threads" else name
                    yield kind, before.get(name), now.get(name)
        elif before != now:
            yield fact, before, now


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "not set"
    return "not set" if value is None else str(value)


def require_same_contents(
    run: Path, given: WorkloadSpec, stored: GivenModel | None, found: GivenModel | None
) -> None:
    """Raise `UsageError` where a model's or an input's file is not the one that a run was measured with.

    Args:
        run: the run directory.
        given: the user's own model.
        stored: what the run holds of the files; None in a run of an older kprof.
        found: what they are now.
    """
    for kind in ("model", "input"):
        before, now = (one and getattr(one, f"{kind}_sha256") for one in (stored, found))
        # a module that could not be found then is no other one now
        if before is not None and before != now:
            raise UsageError(
                f"{getattr(given, kind)} has changed since it was measured",
                run,
                f"put that {kind} back, or make a new run",
            )


def require_same_parameters(run: Path, stored: EnvironmentFacts, found: EnvironmentFacts) -> None:
    """Raise `UsageError` where a workload has another number of parameters than in the run."""
    for name, workload in found.workloads.items():
        old = stored.workloads.get(name)
        before = old and old.parameters
        if before is not None and before != workload.parameters:
            raise UsageError(
                f"{name} had {before} parameters when it was measured, it has {workload.parameters} now",
                run,
                "put that model back, or make a new run",
            )
