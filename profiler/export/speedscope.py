"""Writes speedscope's JSON: the stacks as one sampled profile, weighted by the time of their own."""

from __future__ import annotations

import json
from typing import Any

from ..attribution.caller_profile import frames
from ..attribution.stacks import Stacks
from ..readers.code_places import CodePlaces, Frame
from ..version import VERSION

# The format's name for itself; nothing is fetched from there.
SCHEMA = "https://www.speedscope.app/file-format-schema.json"
PS_A_NS = 1000


def render(stacks: Stacks, places: CodePlaces, name: str) -> str:
    """Return the stacks that have time of their own, as the text of a speedscope file.

    Args:
        stacks: what to write.
        places: what its names mean.
        name: of the profile, which speedscope shows.

    Weights are in ns, with the ps after the point. Stacks are depth first, those with the most time first.
    """
    meant = frames(stacks, places)
    index = {frame: number for number, frame in enumerate(dict.fromkeys(meant))}
    own = stacks.table.array("self_ps").tolist()
    samples, weights = [], []
    for path in stacks.paths():
        if own[path[-1]]:
            samples.append([index[meant[row]] for row in path])
            weights.append(own[path[-1]] / PS_A_NS)
    profile = {
        "type": "sampled",
        "name": name,
        "unit": "nanoseconds",
        "startValue": 0,
        "endValue": sum(own) / PS_A_NS,
        "samples": samples,
        "weights": weights,
    }
    document: dict[str, Any] = {
        "$schema": SCHEMA,
        "exporter": f"kprof {VERSION}",
        "name": name,
        "activeProfileIndex": 0,
        "shared": {"frames": [_frame(frame) for frame in index]},
        "profiles": [profile],
    }
    return json.dumps(document, allow_nan=False) + "\n"


def _frame(frame: Frame) -> dict[str, Any]:
    if not frame.is_python:
        return {"name": frame.name}
    file = "?" + frame.path if frame.candidates else frame.path
    return {"name": frame.name, "file": file, "line": frame.line}
