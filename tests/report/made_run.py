"""Run directories with known call times, written by the worker's own code."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from profiler.collect import captures
from profiler.collect.captures import Timing
from profiler.collect.instruments import Recording
from profiler.protocol import files, schemas
from profiler.protocol.spec import BlockRecord, CaptureManifest
from profiler.protocol.vocabulary import Variant

COMPILED = Variant("tiny", "compiled", "predict", 32, 32)
SLUG = "tf2.21.0-py3.11"
CATALOGUE = "kprof-internals/1"

ENVIRONMENT = {
    "slug": SLUG,
    "python": "3.11.7",
    "framework": "tensorflow",
    "framework_version": "2.21.0",
    "keras": "3.15.1",
    "backend": "tensorflow",
    "numpy": "2.4.6",
    "device": "CPU",
    "jit_compile": False,
    "cpu": "Model A",
    "cores": 2,
    "platform": "Linux-6.1-x86_64",
    "threads": {"intra_op": 2, "inter_op": 2, "omp": None},
}


def write(
    path: Path,
    process_ms: Sequence[float] | Mapping[Variant, Sequence[float]],
    variants: Sequence[Variant] = (COMPILED,),
    slug: str = SLUG,
    environment: Mapping[str, object] = ENVIRONMENT,
    teardowns_ms: Sequence[float] = (),
    **changes: object,
) -> Path:
    """Write a run of ``wall`` captures: each variant's median call of each process, in ms.

    Given by variant, each has its own medians; else all have the same. With ``teardowns_ms`` they are medians
    of frames, and a call is followed by one of the teardowns in turn, over all captures.
    """
    teardowns = itertools.cycle(teardowns_ms)
    path.mkdir(parents=True)
    entries = []
    by_variant = process_ms if isinstance(process_ms, Mapping) else dict.fromkeys(variants, process_ms)
    variants = tuple(by_variant)
    for variant, medians_ms in by_variant.items():
        for number, median_ms in enumerate(medians_ms):
            relative = f"{files.CAPTURES_FOLDER}/{slug}/{variant.folder}/wall-{number + 1}"
            following = [round(next(teardowns) * 1e6) for _ in range(6)] if teardowns_ms else []
            _capture(path / relative, slug, variant, number, round(median_ms * 1e6), following)
            entries.append(
                {
                    "path": relative,
                    "environment": slug,
                    "variant": dataclasses.asdict(variant),
                    "instrument": "wall",
                    "process": number,
                    "status": "ok",
                    "reason": None,
                }
            )
    manifest = {
        "schema": schemas.RUN,
        "created": "2026-11-24T10:00:00+00:00",
        "status": "complete",
        "catalogue": CATALOGUE,
        "smallest_effect": 0.05,
        "environments": {slug: environment},
        "variants": [{"environment": slug, "variant": dataclasses.asdict(one)} for one in variants],
        "captures": entries,
        **changes,
    }
    files.write_json(str(path / files.RUN_FILE), manifest)
    return path


def identity(slug: str, variant: Variant, process: int, instrument: str = "wall") -> CaptureManifest:
    """Return a capture's manifest as far as it is known before measuring."""
    return CaptureManifest(
        status="failed",
        reason=None,
        files={},
        environment=slug,
        variant=variant.id,
        **dataclasses.asdict(variant),
        instrument=instrument,
        process=process,
    )


def _capture(
    folder: Path, slug: str, variant: Variant, process: int, median_ns: int, teardowns_ns: Sequence[int]
) -> None:
    frames = [median_ns - 1000, median_ns, median_ns + 1000] * 2
    durations = [frame + teardown for frame, teardown in zip(frames, teardowns_ns or [0] * 6, strict=True)]
    blocks = [BlockRecord(number, 3) for number in (0, 1)]
    folder.mkdir(parents=True)
    if teardowns_ns:
        np.save(folder / files.FRAMES_FILE, np.array(frames, np.int64))
    timing = Timing(median_ns * 3, [median_ns], durations, blocks)
    captures.write(str(folder), identity(slug, variant, process), timing, Recording())


def medians(seed: int, median_ms: float = 50.0, noise: float = 0.02, processes: int = 5) -> list[float]:
    """Return the medians of processes that differ by a log-normal noise, in ms."""
    source = np.random.default_rng(seed)
    return list(median_ms * np.exp(source.normal(0, noise, processes)))
