"""The stacks of the marked calls, moment by moment, from TensorFlow's own parser."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from .exact_oracle import calling_thread
from .xplane_oracle import lines_of, space_of


def own_times(data, mark):
    """Return stack (names from the mark on) -> ps in which its last event was the latest one open."""
    events = sorted(calling_thread(lines_of(space_of(data))))
    marks = [(start, end) for start, _, end, name in events if name == mark]
    found = Counter()
    for low, high in marks:
        inside = [event for event in events if low <= event[0] < high]
        moments = sorted({m for start, _, end, _ in inside for m in (start, end) if m <= high})
        stack, position = [], 0
        for begin, until in pairwise(moments):
            while position < len(inside) and inside[position][0] <= begin:
                event = inside[position]
                # the event that an earlier one is outlasted by is no child of it
                stack = [above for above in stack if above[2] >= event[2] and above[2] > event[0]] + [event]
                position += 1
            while stack and stack[-1][2] <= begin:
                stack.pop()
            found[tuple(name for *_, name in stack)] += until - begin
    return found
