"""Writes a capture's folder: the raw files first, then the manifest with their hashes."""

from __future__ import annotations

import dataclasses
import os
import time
from typing import NamedTuple, Optional, Sequence

from ..protocol import files, schemas
from ..protocol.growth import Growth
from ..protocol.spec import BlockRecord, CaptureManifest
from ..protocol.switching import Switched
from ..protocol.vocabulary import Variant
from .instruments import Recording


class Timing(NamedTuple):
    """What the harness timed of one variant, in ns."""

    first_call_ns: int
    warm_up_ns: Sequence[int]
    durations_ns: Sequence[int]
    blocks: Sequence[BlockRecord]
    switched: Sequence[Switched] = ()
    between_calls_ns: Optional[int] = None


def identity(environment: str, variant: Variant, instrument: str, process: int, seed: int) -> CaptureManifest:
    """Return a manifest as it is before anything is measured: failed, until the capture is written."""
    return CaptureManifest(
        status="failed",
        reason=None,
        files={},
        environment=environment,
        variant=variant.id,
        **dataclasses.asdict(variant),
        instrument=instrument,
        process=process,
        seed=seed,
        started_ns=time.time_ns(),
    )


def write(folder: str, identity: CaptureManifest, timing: Timing, recording: Recording) -> CaptureManifest:
    """Write ``latencies.npy`` and ``capture.json`` beside the raw files in ``folder``; return the manifest.

    Args:
        folder: the capture's folder; it exists.
        identity: the manifest as far as it is known before measuring.
        timing: what was timed.
        recording: what the instrument says.
    """
    import numpy

    durations = numpy.asarray(timing.durations_ns, dtype=numpy.int64)
    numpy.save(os.path.join(folder, files.LATENCIES_FILE), durations)
    facts = dataclasses.asdict(recording)
    unsound = facts.pop("unsound")
    manifest = dataclasses.replace(
        identity,
        status="unsound" if unsound else "ok",
        reason=unsound,
        calls=len(durations),
        window_ns=int(durations.sum()),
        first_call_ns=timing.first_call_ns,
        warm_up_ns=list(timing.warm_up_ns),
        blocks=list(timing.blocks),
        switched=list(timing.switched),
        between_calls_ns=timing.between_calls_ns,
        files=_hashes(folder),
        **facts,
    )
    _write(folder, manifest)
    return manifest


def write_again(folder: str, manifest: CaptureManifest) -> CaptureManifest:
    """Write ``capture.json`` again after calls that are not timed, with the files that they left."""
    again = dataclasses.replace(manifest, files=_hashes(folder))
    _write(folder, again)
    return again


def write_growth(
    folder: str, manifest: CaptureManifest, found: Growth | None, error: str | None
) -> CaptureManifest:
    """Write ``growth.json`` where something was found; return the manifest that lists it."""
    if found is not None:
        path = os.path.join(folder, files.GROWTH_FILE)
        files.write_json(path, {"schema": schemas.GROWTH, **dataclasses.asdict(found)})
    return write_again(folder, dataclasses.replace(manifest, growth_error=error))


def write_failure(folder: str, identity: CaptureManifest, reason: str) -> None:
    """Write a manifest that says why there is no measurement."""
    os.makedirs(folder, exist_ok=True)
    _write(folder, dataclasses.replace(identity, status="failed", reason=reason))


def _write(folder: str, manifest: CaptureManifest) -> None:
    path = os.path.join(folder, files.CAPTURE_FILE)
    files.write_json(path, {"schema": schemas.CAPTURE, **dataclasses.asdict(manifest)})


def _hashes(folder: str) -> dict[str, str]:
    """Return the SHA-256 of every file in a capture's folder but the manifest, by path."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            relative = os.path.relpath(path, folder).replace(os.sep, "/")
            if relative != files.CAPTURE_FILE:
                found[relative] = files.sha256(path)
    return dict(sorted(found.items()))
