"""Shares and phases of a trace, event by event with a stack, from TensorFlow's own parser."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from .xplane_oracle import lines_of, space_of


def shares_and_phases(data, mark, names, phases):
    """Return (internal -> mean share, internal -> mean calls, phase -> share of all windows, teardown share).

    Args:
        data: the bytes of an .xplane.pb file.
        mark: the name of the event around each call.
        names: event name -> internals that it is.
        phases: internal -> phase.
    """
    events = calling_thread(lines_of(space_of(data)))
    marks = sorted((start, end) for start, _, end, name in events if name == mark)
    inside = defaultdict(list)
    for start, minus, end, name in sorted(events):
        for number, (low, high) in enumerate(marks):
            if low <= start < high:
                inside[number].append((start, minus, end, name))
    shares, calls = defaultdict(list), defaultdict(list)
    in_phase, total, teardown = defaultdict(int), 0, 0
    for number, (low, high) in enumerate(marks):
        window = high - low
        total += window
        predict_end = max(end for _, _, end, name in inside[number] if "predict" in names.get(name, ()))
        teardown += high - predict_end
        for internal in phases:
            spans = [(s, e) for s, _, e, name in inside[number] if internal in names.get(name, ())]
            outer, reach = [], -1
            for start, end in spans:
                if start >= reach:
                    outer.append((start, end))
                    reach = end
            shares[internal].append(sum(e - s for s, e in outer) / window)
            calls[internal].append(len(outer))
        for phase, duration in _owners(inside[number], predict_end, names, phases).items():
            in_phase[phase] += duration
    mean = {key: sum(values) / len(values) for key, values in shares.items()}
    counts = {key: sum(values) / len(values) for key, values in calls.items()}
    return mean, counts, {key: value / total for key, value in in_phase.items()}, teardown / total


def calling_thread(lines):
    """Return (start, -duration, end, name) of the one Python thread, which some releases write as two lines.

    One of them then holds the Python events and has no name; starts count from the earlier timestamp.
    """
    halves = [
        one for one in lines if one.name == "python" or any(event[0].startswith("$") for event in one.events)
    ]
    earliest = min(one.timestamp_ns for one in halves)
    return [
        (shift + start, -duration, shift + start + duration, name)
        for one in halves
        for shift in [(one.timestamp_ns - earliest) * 1000]
        for name, start, duration, _, _ in one.events
    ]


def _owners(events, predict_end, names, phases):
    """Return phase -> ps of one call up to predict's end, moment by moment between all starts and ends."""
    moments = sorted({m for s, _, e, _ in events for m in (s, e) if m <= predict_end} | {predict_end})
    owned = defaultdict(int)
    stack, position = [], 0
    for low, high in pairwise(moments):
        while position < len(events) and events[position][0] <= low:
            stack.append(events[position])
            position += 1
        stack = [event for event in stack if event[2] > low]
        owner = "other"
        for _, _, _, name in reversed(stack):
            if names.get(name):
                owner = phases[names[name][-1]]
                break
        owned[owner] += high - low
    return owned
