"""Stacks to export, and what exported text holds."""

from __future__ import annotations

import json
from collections import Counter
from urllib.parse import unquote

from profiler.attribution import stacks
from profiler.readers.code_places import CodePlaces
from tests.attribution.trace import made_trace
from tests.attribution.trace.made_trace import MARK

NOWHERE = CodePlaces({}, {})
HOSTILE = ["a;b 7", "line\nend\r", "50%3B", "nul\0byte", "\ud800lone", 'quote"\\', "</script>", "   "]


def called(name):
    """Return the stacks of a function of some name that calls another."""
    return stacks.merge(made_trace.of((MARK, 0, 100), (name, 10, 60), ("g", 20, 30)), MARK)


def from_folded(text):
    """Return stack -> ps; the frames as they were before they were escaped."""
    times = Counter()
    for line in text.splitlines():
        path, _, number = line.rpartition(" ")
        times[tuple(unquote(frame) for frame in path.split(";"))] += int(number)
    return times


def from_speedscope(text):
    document = json.loads(text)
    (profile,) = document["profiles"]
    names = [
        f"{one['file']}:{one['line']} {one['name']}" if "file" in one else one["name"]
        for one in document["shared"]["frames"]
    ]
    times = Counter()
    for sample, weight in zip(profile["samples"], profile["weights"], strict=True):
        times[tuple(names[frame] for frame in sample)] += round(weight * 1000)
    return profile, times


def deep_and_wide(deep=700, wide=700):
    """Return as many frames within each other, and in the innermost as many different ones."""
    frames = [(f"frame{depth}", depth, 10 * (deep + wide) - depth) for depth in range(deep)]
    leaves = [(f"leaf{leaf}", deep + 2 * leaf, deep + 2 * leaf + 1) for leaf in range(wide)]
    return stacks.merge(made_trace.of((MARK, 0, 10 * (deep + wide)), *frames, *leaves), MARK)


def one_long_name(wide=300):
    """Return many functions that all call one whose name is long."""
    outer = [(f"f{place}", 10 * place, 10 * place + 9) for place in range(wide)]
    inner = [("n" * 100_000, start + 1, end - 1) for _, start, end in outer]
    return stacks.merge(made_trace.of((MARK, 0, 10 * wide), *outer, *inner), MARK)
