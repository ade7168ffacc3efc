"""Whether an interrupted run may go on: what is measured now must be what was measured then."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .protocol.errors import UsageError

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
"""In ``run.json``: what `own_model.contents` says of the user's own model."""


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
    return "not set" if value is None else str(value)


def require_same_contents(
    run: Path, given: Mapping[str, Any], stored: Mapping[str, Any], found: Mapping[str, Any]
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
        if key in stored and stored[key] != value:
            raise UsageError(
                f"{run}: {given[kind]} has changed since it was measured; put that {kind} back, "
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
