"""Readings of what grows that are made up, and runs whose processes left them."""

import dataclasses
import json

from profiler.protocol import files, schemas
from profiler.protocol.growth import Growth, GrowthBlock, Reading, WatchedCollections
from tests.report import made_run

PREDICT = made_run.COMPILED


def read(per_call=0, blocks=6, calls=2, graphs=0, freed=0, used=0, **more):
    """Return what a process leaves whose memory grows by so many bytes a call."""
    made = [
        GrowthBlock(
            calls,
            Reading(1 << 30, 8, 24, 10, 1 << 29, 1000),
            Reading(
                (1 << 30) + per_call * calls,
                8,
                24 + graphs * calls,
                10,
                (1 << 29) + used * calls,
                1000 + 2 * calls * bool(used),
            ),
            freed * calls,
            4096 * bool(freed),
            (100_000 if freed else 0) * calls + 5000,
        )
        for _ in range(blocks)
    ]
    watched = WatchedCollections(2, 100_000_000, [3, 1, 0], [900_000, 200_000, 0])
    return dataclasses.replace(Growth(False, made, 5000, 230_000_000, watched, "functions"), **more)


def write(path, readings, manifest=None, request=None):
    """Write a run with a process for each of the readings, None for one that left none."""
    made_run.write(path, {PREDICT: [5.0] * len(readings)})
    folders = sorted(path.glob("captures/**/capture.json"))
    for place, reading in zip(folders, readings, strict=True):
        capture = json.loads(place.read_text()) | (manifest or {})
        if reading is not None:
            own = place.parent / files.GROWTH_FILE
            files.write_json(str(own), {"schema": schemas.GROWTH, **dataclasses.asdict(reading)})
            capture["files"][files.GROWTH_FILE] = files.sha256(str(own))
        place.write_text(json.dumps(capture))
    if request is not None:
        run = json.loads((path / "run.json").read_text())
        run["request"] = dataclasses.asdict(request)
        (path / "run.json").write_text(json.dumps(run))
    return path
