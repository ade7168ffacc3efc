"""Remembers which runs this user made here, since resuming a run executes what its manifest names.

A line a run in ``$XDG_STATE_HOME/kprof/runs``: the run's id and a hash of what would be executed. Lines are
only added, so that two kprofs at once lose none.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import msgspec

from ..plan.request import Request
from ..runs.manifest import RunManifest
from ..runs.store import RunStore

NOWHERE = (OSError, RuntimeError)
"""What is raised where no file can be had; RuntimeError where a user has no home."""


def path() -> Path:
    """Return the ledger's file."""
    base = os.environ.get("XDG_STATE_HOME")
    state = Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "state"
    return state / "kprof" / "runs"


def record(store: RunStore) -> None:
    """Note that this user made a run.

    Where that cannot be written, resuming the run asks for its interpreter and model again.
    """
    try:
        file = path()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as handle:
            handle.write(f"{_line(store.manifest)}\n")
    except NOWHERE:
        return


def knows(manifest: RunManifest) -> bool:
    """Return whether this user made a run here, and its plan is still the one that was noted."""
    wanted = _line(manifest)
    try:
        with path().open(encoding="utf-8", errors="replace") as handle:
            return any(line.rstrip("\n") == wanted for line in handle)
    except NOWHERE:
        return False


def _line(manifest: RunManifest) -> str:
    # as it comes back from the disk, where 2 seconds are 2.0
    request = msgspec.to_builtins(msgspec.convert(msgspec.to_builtins(manifest.request), Request | None))
    folder = None if manifest.given is None else manifest.given.folder
    plan = json.dumps([manifest.created, manifest.seed, request, folder], sort_keys=True)
    return f"{json.dumps(manifest.run)} {hashlib.sha256(plan.encode()).hexdigest()}"
