"""Divides a call's time among layers, from moment to moment, from TensorFlow's own parser."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

from .xplane_oracle import lines_of, space_of

KERNEL = re.compile(r"([^:]+):[A-Za-z_]\w*")
COUNTER = "AssignAddVariableOp"


def divided(data, mark, owners):
    """Return label -> ps, None for kernels without an owner; of traces without an input pipeline.

    Args:
        data: the bytes of an .xplane.pb file.
        mark: the name of the event around each call.
        owners: name scope -> label.
    """
    marks, kernels = [], []
    for number, line in enumerate(lines_of(space_of(data))):
        for name, offset, duration, _, _ in line.events:
            start = line.timestamp_ns * 1000 + offset
            if name == mark:
                marks.append((start, start + duration))
            found = KERNEL.fullmatch(name)
            on_executor = line.name not in {"python", ""}
            if found and on_executor and not found[1].startswith(COUNTER):
                kernels.append((start, start + duration, number, owner_of(found[1], owners)))
    return by_moment(marks, kernels), kernels


def owner_of(node, owners):
    """Return the label of the longest scope that a node lies in."""
    path = f"/{node}"
    inside = [scope for scope in owners if f"/{scope}/" in path]
    return owners[max(inside, key=lambda scope: scope.count("/"))] if inside else None


def by_moment(marks, kernels):
    """Return label -> time, from (start, end) of calls and (start, end, line, label) of kernels.

    Between two moments at which anything starts or ends, each line's innermost kernel counts, and the labels
    of all lines share the time equally.
    """
    found = defaultdict(float)
    moments = sorted({moment for one in (*marks, *kernels) for moment in one[:2]})
    waiting = sorted(kernels, key=lambda one: (one[0], -one[1]))
    position, running = 0, []
    for low, high in pairwise(moments):
        while position < len(waiting) and waiting[position][0] <= low:
            running.append(waiting[position])
            position += 1
        running = [one for one in running if one[1] > low]
        if not running or not any(start <= low < end for start, end in marks):
            continue
        innermost = {line: label for _, _, line, label in running}
        labels = set(innermost.values())
        for label in labels:
            found[label] += (high - low) / len(labels)
    return dict(found)
