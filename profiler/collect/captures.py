"""Writes a capture's folder: raw files first, their hashes and the manifest last."""

from __future__ import annotations

import dataclasses
import os
from typing import Any, NamedTuple, Sequence

from ..protocol import files, schemas
from ..protocol.spec import BlockRecord, CaptureManifest


class Timing(NamedTuple):
    """What the harness timed of one variant, in ns."""

    first_call_ns: int
    warm_up_ns: Sequence[int]
    durations_ns: Sequence[int]
    blocks: Sequence[BlockRecord]


class Recording(NamedTuple):
    """What an instrument gives: durations in ns, facts for the manifest, and why it is unsound, or None."""

    durations_ns: list[int]
    facts: dict[str, Any]
    unsound: str | None


def write(folder: str, identity: CaptureManifest, timing: Timing, recording: Recording) -> None:
    """Write ``latencies.npy`` and ``capture.json`` into ``folder``, beside the raw files already there.

    Args:
        folder: the capture's folder; it exists.
        identity: the manifest as far as it is known before measuring.
        timing: what was timed.
        recording: what the instrument gave.
    """
    import numpy

    durations = numpy.asarray(timing.durations_ns, dtype=numpy.int64)
    numpy.save(os.path.join(folder, files.LATENCIES_FILE), durations)
    raw = sorted(_below(folder))
    _write(
        folder,
        dataclasses.replace(
            identity,
            status="unsound" if recording.unsound else "ok",
            reason=recording.unsound,
            calls=len(durations),
            window_ns=int(durations.sum()),
            first_call_ns=timing.first_call_ns,
            warm_up_ns=list(timing.warm_up_ns),
            blocks=list(timing.blocks),
            **recording.facts,
            files={name: files.sha256(os.path.join(folder, name)) for name in raw},
        ),
    )


def write_failure(folder: str, identity: CaptureManifest, reason: str) -> None:
    """Write a manifest that says why there is no measurement."""
    os.makedirs(folder, exist_ok=True)
    _write(folder, dataclasses.replace(identity, status="failed", reason=reason))


def _write(folder: str, manifest: CaptureManifest) -> None:
    path = os.path.join(folder, files.CAPTURE_FILE)
    files.write_json(path, {"schema": schemas.CAPTURE, **dataclasses.asdict(manifest)})


def _below(folder: str) -> list[str]:
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            found.append(os.path.relpath(os.path.join(parent, name), folder).replace(os.sep, "/"))
    return found
