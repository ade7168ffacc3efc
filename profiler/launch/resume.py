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

from ..plan import user_model
from ..plan.processes import Plan
from ..plan.request import OPTIONS, Request
from ..protocol.errors import UsageError
from ..protocol.options import option
from ..protocol.spec import EnvironmentFacts, GivenModel, WorkloadSpec
from ..protocol.vocabulary import is_factory
from ..runs.store import RunStore
from . import ledger, preparing, stopping
from .listener import Listener
from .manager import Outcome, carry_out, writing

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
    slug, environment = _only_environment(store)
    return describe(store, slug, preparing.plan(request, environment))


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
    with writing(run.parent) as (_, temporary, _kept):
        store, request = opened(run, asked)
        require_own(store, asked)
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
        listener.plan(describe(store, slug, part.plan))
        return carry_out(store, [part], listener)


def opened(run: Path, asked: Asked) -> tuple[RunStore, Request]:
    """Return an interrupted run and the request that it was made with.

    Raises:
        RunError: no run, or a manifest that was cut or altered.
        UsageError: it cannot be resumed, or other options were given.
    """
    store = RunStore.open(run)
    if store.manifest.releases is not None:
        raise UsageError("holds several environments, which cannot be resumed", run, "measure them again")
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
    runs = ["python", "model"] + ["input"] * (request.input is not None and is_factory(request.input))
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


def describe(store: RunStore, slug: str, plan: Plan) -> str:
    """Return as text what a run lacks of its plan."""
    left = tuple(process for process in plan.processes if stopping.lacks(store, slug, process))
    if not left:
        return f"{store.path}: is complete"
    return dataclasses.replace(plan, processes=left, stopping={}).describe()


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
