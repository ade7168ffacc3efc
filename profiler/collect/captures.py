"""Writes a capture's folder: raw files first, their hashes and the manifest last."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, Sequence

from ..protocol import files, schemas


class Timing(NamedTuple):
    """What the harness timed of one variant, in ns."""

    first_call_ns: int
    warm_up_ns: Sequence[int]
    durations_ns: Sequence[int]
    blocks: Sequence[dict[str, int]]


class Recording(NamedTuple):
    """What an instrument gives: durations in ns, facts for the manifest, and why it is unsound, or None."""

    durations_ns: list[int]
    facts: dict[str, Any]
    unsound: str | None


def write(
    folder: str,
    identity: dict[str, Any],
    timing: Timing,
    status: str,
    reason: str | None,
    facts: dict[str, Any],
) -> None:
    """Write ``latencies.npy`` and ``capture.json`` into ``folder``, beside the raw files already there.

    Args:
        folder: the capture's folder; it exists.
        identity: environment, variant and process, as the manifest holds them.
        timing: what was timed.
        status: ``ok`` or ``unsound``.
        reason: why it is unsound.
        facts: what the instrument adds to the manifest.
    """
    import numpy

    durations = numpy.asarray(timing.durations_ns, dtype=numpy.int64)
    numpy.save(os.path.join(folder, files.LATENCIES_FILE), durations)
    raw = sorted(_below(folder))
    manifest = {
        "schema": schemas.CAPTURE,
        "status": status,
        "reason": reason,
        **identity,
        "calls": len(durations),
        "window_ns": int(durations.sum()),
        "first_call_ns": timing.first_call_ns,
        "warm_up_ns": list(timing.warm_up_ns),
        "blocks": list(timing.blocks),
        **facts,
        "files": {name: files.sha256(os.path.join(folder, name)) for name in raw},
    }
    files.write_json(os.path.join(folder, files.CAPTURE_FILE), manifest)


def write_failure(folder: str, identity: dict[str, Any], status: str, reason: str) -> None:
    """Write a manifest that says why there is no measurement."""
    os.makedirs(folder, exist_ok=True)
    manifest = {"schema": schemas.CAPTURE, "status": status, "reason": reason, **identity, "files": {}}
    files.write_json(os.path.join(folder, files.CAPTURE_FILE), manifest)


def _below(folder: str) -> list[str]:
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            found.append(os.path.relpath(os.path.join(parent, name), folder).replace(os.sep, "/"))
    return found
