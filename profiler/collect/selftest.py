"""Finds out whether this interpreter's cProfile keeps its frames.

A bound method around a C function (``types.MethodType(len, [1])``, which is what a pybind11 method is) makes
cProfile of some CPython releases drop the frame that called it and its callers (CPython issue 122029).
This test decides, never a version number.
"""

from __future__ import annotations

import cProfile
import types
from typing import Any

CALLS = 3


def _leaf(bound: Any) -> None:
    bound()


def _middle(bound: Any) -> None:
    _leaf(bound)


def _outer(bound: Any) -> None:
    for _ in range(CALLS):
        _middle(bound)


def lost_frames() -> list[str]:
    """Return the names of the functions that cProfile lost or miscounted; empty when it is sound."""
    profile = cProfile.Profile()
    bound = types.MethodType(len, [1])
    profile.enable()
    _outer(bound)
    profile.disable()
    counts = {entry.code: entry.callcount for entry in profile.getstats()}
    expected = ((_outer, 1), (_middle, CALLS), (_leaf, CALLS))
    return [function.__name__ for function, calls in expected if counts.get(function.__code__) != calls]


def is_sound() -> bool:
    """Return whether cProfile keeps every frame of the test."""
    return not lost_frames()
