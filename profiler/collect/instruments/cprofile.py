"""The ``cprofile`` instrument: cProfile around the measured calls, and a ``.prof`` for viewers."""

from __future__ import annotations

import cProfile
import dataclasses
import marshal
import os
from types import CodeType
from typing import Any

from ...protocol import files
from ...protocol.soundness import check_edge
from .. import harness, selftest
from ..harness import Timed
from ..places import portable
from . import Attached, Recording, Subject


def attach(subject: Subject) -> Attached:
    """Attach cProfile to a call; one profile holds all blocks."""
    return _CProfile(subject)


class _CProfile(Attached):
    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self._profile = cProfile.Profile()
        self._calls = 0
        self._window_ns = 0

    def take(self, count: int, re_warm_up: int) -> Timed:
        timed = Timed.none()
        harness.untimed_calls(self.call, re_warm_up)
        self._profile.enable()
        try:
            harness.measured_calls(self.call, count, timed)
        finally:
            self._profile.disable()
        self._calls += count
        self._window_ns += sum(timed.durations)
        return timed

    def finish(self) -> Recording:
        entries = self._profile.getstats()
        stats, merged = _stats(entries)
        with open(os.path.join(self.folder, files.PROFILE_FILE), "wb") as file:
            marshal.dump(stats, file)
        recording = Recording(harness=_label(harness.measured_calls.__code__), merged_labels=merged)
        if selftest.lost_frames():
            why = "this interpreter's cProfile loses frames (self-test)"
            return dataclasses.replace(recording, unsound=why)
        edge = _edge(entries)
        if edge is None:
            why = "the profile has no edge from the measured calls to the entry point"
            return dataclasses.replace(recording, unsound=why)
        edge_ns = round(edge.totaltime * 1e9)
        unsound = check_edge(self._calls, self._window_ns, edge.callcount, edge_ns)
        return dataclasses.replace(recording, wrapper=_label(edge.code), unsound=unsound)


def _edge(entries: list[Any]) -> Any:
    for entry in entries:
        if entry.code is harness.measured_calls.__code__:
            # Everything else that the harness calls is a C function: the clock and list.append.
            called = [sub for sub in entry.calls or () if isinstance(sub.code, CodeType)]
            return max(called, key=lambda sub: sub.totaltime) if called else None
    return None


def _label(code: Any) -> tuple[str, int, str]:
    if isinstance(code, str):
        return ("~", 0, code)
    return (portable(code.co_filename), code.co_firstlineno, code.co_name)


def _stats(entries: list[Any]) -> tuple[dict[Any, Any], int]:
    """Return the dictionary of the ``.prof`` format and how many labels several code objects share.

    cProfile's own writer lets a code object overwrite another of the same file, line and name; here their
    figures are added, so that self times keep adding up to the window.
    Format: label -> (primitive calls, calls, self s, cumulative s, callers), each of ``callers``
    label -> (calls, primitive calls, self s, cumulative s); CPython's ``Lib/cProfile.py``.
    """
    stats: dict[Any, Any] = {}
    merged = set()
    for entry in entries:
        label = _label(entry.code)
        row = (entry.callcount - entry.reccallcount, entry.callcount, entry.inlinetime, entry.totaltime)
        if label in stats:
            merged.add(label)
            stats[label] = (*_add(stats[label][:4], row), stats[label][4])
        else:
            stats[label] = (*row, {})
    for entry in entries:
        caller = _label(entry.code)
        for sub in entry.calls or ():
            # A cProfile that loses frames can name callees that it has no entry for.
            if _label(sub.code) not in stats:
                continue
            callers = stats[_label(sub.code)][4]
            row = (sub.callcount, sub.callcount - sub.reccallcount, sub.inlinetime, sub.totaltime)
            callers[caller] = _add(callers[caller], row) if caller in callers else row
    return stats, len(merged)


def _add(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(a + b for a, b in zip(first, second))
