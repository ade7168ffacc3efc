"""Writes speedscope's JSON: the stacks as one sampled profile, weighted by their own time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..attribution.caller_profile import frames
from ..attribution.stacks import Stacks
from ..readers.code_places import CodePlaces, Frame
from ..version import VERSION
from .stack_text import require_room

# The format's name for itself; nothing is fetched from there.
SCHEMA = "https://www.speedscope.app/file-format-schema.json"
PS_A_NS = 1000
_COMMA = ", "


def pieces(stacks: Stacks, places: CodePlaces, name: str) -> Iterator[str]:
    """Return the stacks that have time of their own as the text of a speedscope file, in pieces.

    Args:
        stacks: what to write.
        places: what its names mean.
        name: of the profile, which speedscope shows.

    Weights are in ns, with the ps after the point. Stacks are depth first, those with the most time first.

    Raises:
        UsageError: the text would be longer than `stack_text.MOST_BYTES`.
    """
    meant = frames(stacks, places)
    index = {frame: str(number) for number, frame in enumerate(dict.fromkeys(meant))}
    numbers = [index[frame] for frame in meant]
    require_room(stacks, [len(number) + len(_COMMA) for number in numbers])
    return _pieces(stacks, list(index), numbers, name)


def _pieces(stacks: Stacks, meant: Sequence[Frame], numbers: Sequence[str], name: str) -> Iterator[str]:
    """Yield the text sample by sample, since together they can be much larger than all the rest."""
    own = stacks.table.array("self_ps").tolist()
    document: dict[str, Any] = {
        "$schema": SCHEMA,
        "exporter": f"kprof {VERSION}",
        "name": name,
        "activeProfileIndex": 0,
        "shared": {"frames": [_frame(frame) for frame in meant]},
    }
    profile = {
        "type": "sampled",
        "name": name,
        "unit": "nanoseconds",
        "startValue": 0,
        "endValue": sum(own) / PS_A_NS,
    }
    yield f'{_open_object(document)}, "profiles": [{_open_object(profile)}, "samples": ['
    weights: list[float] = []
    for path in stacks.paths():
        if own[path[-1]]:
            yield f"{_COMMA if weights else ''}[{_COMMA.join([numbers[row] for row in path])}]"
            weights.append(own[path[-1]] / PS_A_NS)
    yield f'], "weights": {json.dumps(weights, allow_nan=False)}}}]}}\n'


def _open_object(value: Mapping[str, Any]) -> str:
    """Return an object's JSON without the brace that ends it."""
    return json.dumps(value, allow_nan=False).removesuffix("}")


def _frame(frame: Frame) -> dict[str, Any]:
    if not frame.is_python:
        return {"name": frame.name}
    file = "?" + frame.path if frame.candidates else frame.path
    return {"name": frame.name, "file": file, "line": frame.line}
