"""Whether an interrupted run may go on: what is measured now must be what was measured then."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..plan import user_model
from ..plan.processes import Plan, ProcessPlan
from ..plan.request import Request
from ..protocol import files, schemas
from ..protocol.errors import UsageError
from ..protocol.spec import WorkloadSpec
from ..runs import disk
from ..runs.store import RunStore
from . import stopping

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

GIVEN = "given"
"""In ``run.json``: what `own_model.contents` says of the user's own model, and ``folder``, where it was
measured from."""

# The options whose names are not those of a request's fields.
OPTIONS = {
    "workloads": "workloads",
    "compile_states": "--compile-state",
    "entry_points": "--entry-point",
    "batch_sizes": "--batch-size",
    "instruments": "--instrument",
    "budget_s": "--budget",
}


def opened(run: Path, asked: Mapping[str, Any] | None) -> tuple[RunStore, Request]:
    """Return an interrupted run and the request that it was made with.

    Args:
        run: the run directory.
        asked: the fields of the request that the user gave beside it; they must be the run's own.

    Raises:
        UsageError: it cannot be resumed, or other options were given.
    """
    manifest = files.read_json(str(run / files.RUN_FILE), schemas.RUN)
    if "releases" in manifest:
        raise UsageError(f"{run}: holds several environments, which cannot be resumed; measure them again")
    stored = user_model.located(Request.from_json(manifest["request"]))
    given = user_model.located(dataclasses.replace(stored, **(asked or {})))
    for name in asked or ():
        before, now = getattr(stored, name), getattr(given, name)
        if before != now:
            option = OPTIONS.get(name, f"--{name.replace('_', '-')}")
            raise UsageError(
                f"{run}: was made with {option} {_shown(before)}, not {_shown(now)}; "
                "leave the option out, or make a new run"
            )
    return RunStore(run, manifest), stored


def folder_of(store: RunStore) -> Path:
    """Return the folder that a run with a model of the user's own was made from."""
    given = store.manifest.get(GIVEN, {})
    folder = Path(given["folder"]) if "folder" in given else disk.working_folder()
    if not folder.is_dir():
        raise UsageError(f"{store.path}: {folder}, where it was made, is gone; make a new run")
    return folder


def lacks(store: RunStore, slug: str, process: ProcessPlan) -> bool:
    """Return whether a process is still to be measured: the verdicts may have made it needless."""
    if store.holds(slug, process):
        return False
    stopped = stopping.stopped(store.manifest, slug, process.workload)
    # one that was measured and is damaged now is measured again
    return not (process.instrument == "wall" and stopped and not store.lists(slug, process))


def describe(store: RunStore, slug: str, plan: Plan) -> str:
    """Return as text what a run lacks of its plan."""
    left = tuple(process for process in plan.processes if lacks(store, slug, process))
    if not left:
        return f"{store.path}: lacks nothing"
    return dataclasses.replace(plan, processes=left, stopping={}).describe()


def require_same_environment(run: Path, stored: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Raise `UsageError` where an environment is not the one that a run was measured in."""
    # an older kprof has recorded less
    for fact in (one for one in FINGERPRINT if one in stored):
        before, now = stored[fact], found.get(fact)
        if isinstance(before, dict) and isinstance(now, dict):
            changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
            pairs = [(name, before.get(name), now.get(name)) for name in changed]
        else:
            pairs = [(fact, before, now)] if before != now else []
        for name, old, new in pairs:
            kind = f"{fact} {name}" if fact == "threads" else name
            raise UsageError(
                f"{run}: was measured with {kind} {_shown(old)}, here it is {_shown(new)}; make it so again, "
                "or make a new run"
            )


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "not set"
    return "not set" if value is None else str(value)


def require_same_contents(
    run: Path, given: WorkloadSpec, stored: Mapping[str, Any], found: Mapping[str, Any]
) -> None:
    """Raise `UsageError` where a model's or an input's file is not the one that a run was measured with.

    Args:
        run: the run directory.
        given: the spec's part for the model.
        stored: what the run holds of the files; nothing in a run of an older kprof.
        found: what they are now.
    """
    for key, value in found.items():
        kind = key.partition("_")[0]
        # a module that could not be found then is no other one now
        if stored.get(key) is not None and stored[key] != value:
            raise UsageError(
                f"{run}: {getattr(given, kind)} has changed since it was measured; put that {kind} back, "
                "or make a new run"
            )


def require_same_parameters(run: Path, stored: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Raise `UsageError` where a workload has another number of parameters than in the run."""
    for name, workload in found["workloads"].items():
        before = stored.get("workloads", {}).get(name, {}).get("parameters")
        if before is not None and before != workload.get("parameters"):
            raise UsageError(
                f"{run}: {name} had {before} parameters when it was measured, it has "
                f"{workload.get('parameters')} now; put that model back, or make a new run"
            )
