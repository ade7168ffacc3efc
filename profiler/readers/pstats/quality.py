"""Says what is wrong with a profile of callers.

In a sound profile a function's cumulative time is its own and that of its callees, or less where it calls
itself again; a library's private functions have callers; and no function takes longer than all self times
together. Where frames were lost, or the stacks of several threads were taken for one, these do not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..findings import Finding
from .reader import Profile, Samples

NEGLIGIBLE = 0.02
"""This share of the time may be missing: functions that share a label, rounding.

A whole program that imports TensorFlow misses up to 0.5 % so, in the names of generated code.
"""
MOST_ENTRIES = 10
"""More private functions of libraries than this are not called from outside, unless frames were lost."""

_Ints = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]

_KERAS = "keras"
_PREDICT = "predict"
_PREDICT_CALLBACKS = ("on_predict_begin", "on_predict_batch_begin", "on_predict_batch_end", "on_predict_end")
_THREAD_FILE, _THREAD_ROOT = "threading.py", "_bootstrap"
_ENABLE = "<method 'enable' of '_lsprof.Profiler' objects>"
_SOUND = "profile under Python 3.11 or older, or measure with `kprof run`"


def findings(profile: Profile) -> tuple[Finding, ...]:
    """Return what is wrong with a profile, each fault once; empty where it can be trusted."""
    if not len(profile.functions):
        text = "holds no function: nothing ran while the profiler was on"
        return (Finding("empty", text, "profile again", spoils_shares=True),)
    if profile.samples is not None:
        return (_sampled(profile.samples),)
    figures = _Figures(profile)
    return tuple(found for look in _LOOKS for found in look(figures))


def _sampled(samples: Samples) -> Finding:
    if not samples.total:
        return Finding("sampled", "holds no sample", "sample for longer", spoils_shares=True)
    interval = "" if samples.interval_s is None else f", one every {samples.interval_s * 1e3:.3g} ms"
    text = f"was sampled ({samples.total} samples{interval}): how often a function was called is unknown"
    return Finding("sampled", text, "for calls, profile with cProfile")


@dataclass(frozen=True)
class _Figures:
    """A profile and what follows from it, row by row."""

    profile: Profile

    @cached_property
    def self_s(self) -> _Floats:
        return self.profile.functions.array("self_s")

    @cached_property
    def cumulative_s(self) -> _Floats:
        return self.profile.functions.array("cumulative_s")

    @cached_property
    def total_s(self) -> float:
        """All self times together."""
        return float(self.self_s.sum())

    @cached_property
    def beyond_s(self) -> _Floats:
        """By how much a function's cumulative time exceeds its own and its callees'; may be negative."""
        edges = self.profile.edges
        callees_s = np.bincount(edges.array("caller"), edges.array("cumulative_s"), len(self.self_s))
        return self.cumulative_s - self.self_s - callees_s

    @cached_property
    def recursive_calls(self) -> _Ints:
        functions = self.profile.functions
        return functions.array("calls") - functions.array("primitive_calls")

    @cached_property
    def calls_from_outside(self) -> _Ints:
        """How many calls of each function no caller accounts for."""
        edges = self.profile.edges
        known = np.zeros(len(self.self_s), np.int64)
        np.add.at(known, edges.array("callee"), edges.array("calls"))
        return self.profile.functions.array("calls") - known

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self.profile.functions.coded("name").decode())

    @cached_property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.profile.functions.coded("path").decode())

    def rows(self, name: str) -> list[int]:
        """Return the rows with a name."""
        return [row for row, found in enumerate(self.names) if found == name]

    def label(self, row: int) -> str:
        """Return a row's function for a person to read."""
        line = int(self.profile.functions.array("line")[row])
        return f"{self.paths[row]}:{line} {self.names[row]}" if line else self.names[row]

    @cached_property
    def threads_are_mixed(self) -> bool:
        """Whether the stacks of several threads were taken for one."""
        longest_s = float(self.cumulative_s.max())
        return bool(self.thread_roots) or (
            longest_s > self.total_s * (1 + NEGLIGIBLE) and not self.labels_are_shared
        )

    @cached_property
    def missing_s(self) -> float:
        """The cumulative times that no row accounts for."""
        return float(np.maximum(self.beyond_s, 0.0).sum())

    @cached_property
    def surplus_s(self) -> _Floats:
        """By how much a function's own time and its callees' exceed its cumulative time; 0 for recursion."""
        return np.where(self.recursive_calls > 0, 0.0, np.maximum(-self.beyond_s, 0.0))

    @cached_property
    def labels_are_shared(self) -> bool:
        """Whether what is missing below callers is too much in functions that do not call themselves.

        So it is where two functions have one label, like two comprehensions in a line: of their rows one is
        kept, but the callees of both.
        """
        return self.missing_s > 0 and float(self.surplus_s.sum()) > self.missing_s / 2

    @cached_property
    def thread_roots(self) -> list[int]:
        """The rows of the function that every thread but the first starts with."""
        return [row for row in self.rows(_THREAD_ROOT) if self.paths[row].endswith(_THREAD_FILE)]


def _frames_lost(figures: _Figures) -> Iterator[Finding]:
    signs = [sign for look in _SIGNS for sign in look(figures)]
    if not signs:
        return
    longest_s = float(figures.cumulative_s.max())
    if longest_s < figures.total_s * (1 - NEGLIGIBLE):
        signs.append(f"self times of {figures.total_s:.3g} s, where no function took over {longest_s:.3g} s")
    text = f"frames were lost, as CPython 3.12 and later lose them: {'; '.join(signs)}"
    yield Finding("frames_lost", text, _SOUND, spoils_shares=True)


def _no_primitive_calls(figures: _Figures) -> Iterator[str]:
    functions = figures.profile.functions
    odd = (functions.array("primitive_calls") == 0) & (functions.array("calls") > 0)
    if odd.any():
        yield f"{_count(int(odd.sum()), 'function')} with recursive calls alone"


def _callers_without_a_row(figures: _Figures) -> Iterator[str]:
    if figures.profile.lost_callers:
        yield f"{_count(figures.profile.lost_callers, 'caller')} without a row"


def _time_of_no_callee(figures: _Figures) -> Iterator[str]:
    if figures.threads_are_mixed or figures.labels_are_shared:
        return
    lost_s = figures.missing_s
    if lost_s > figures.total_s * NEGLIGIBLE:
        worst = figures.label(int(figures.beyond_s.argmax()))
        yield f"{lost_s:.3g} s of cumulative times in no row, most of it below {worst}"


def _entered_at_many_places(figures: _Figures) -> Iterator[str]:
    entries = sum(
        _is_private(figures.names[row]) and _is_of_a_library(figures.paths[row])
        for row in np.flatnonzero(figures.calls_from_outside > 0).tolist()
    )
    if entries > MOST_ENTRIES:
        yield f"{entries} private functions of libraries without a caller"


def _is_private(name: str) -> bool:
    return name.startswith(("_", "<")) and not name.endswith("__")


def _is_of_a_library(path: str) -> bool:
    """Return whether a path was one below a folder of packages, which is stripped from it."""
    return "/" in path and not path.startswith(("/", "<", "."))


def _no_predict(figures: _Figures) -> Iterator[str]:
    of_keras = [name for name, path in zip(figures.names, figures.paths, strict=True) if _KERAS in path]
    ran = sorted(set(of_keras).intersection(_PREDICT_CALLBACKS))
    if ran and _PREDICT not in of_keras:
        yield f"Keras's predict has no row, although its {ran[0]} ran"


_SIGNS: tuple[Callable[[_Figures], Iterator[str]], ...] = (
    _no_predict,
    _no_primitive_calls,
    _callers_without_a_row,
    _time_of_no_callee,
    _entered_at_many_places,
)


def _shared_labels(figures: _Figures) -> Iterator[Finding]:
    if figures.threads_are_mixed or not figures.labels_are_shared:
        return
    if figures.missing_s > figures.total_s * NEGLIGIBLE:
        worst = figures.label(int(figures.surplus_s.argmax()))
        text = f"functions with the same file, line and name replaced each other, like those at {worst}"
        yield Finding("shared_labels", text, "write them on lines of their own")


def _threads(figures: _Figures) -> Iterator[Finding]:
    if not figures.threads_are_mixed:
        return
    signs = []
    if figures.thread_roots:
        calls = figures.profile.functions.array("calls")
        number = int(sum(calls[row] for row in figures.thread_roots))
        signs.append(_count(number, "thread") + " ended in it")
    row = int(figures.cumulative_s.argmax())
    if figures.cumulative_s[row] > figures.total_s * (1 + NEGLIGIBLE):
        signs.append(
            f"{figures.label(row)} took {figures.cumulative_s[row]:.3g} s of {figures.total_s:.3g} s in all"
        )
    text = f"threads were mixed up, as CPython 3.12 and later do: {'; '.join(signs)}"
    yield Finding("threads", text, _SOUND, spoils_shares=True)


def _enable_on_top(figures: _Figures) -> Iterator[Finding]:
    time_s = float(sum(figures.self_s[row] for row in figures.rows(_ENABLE)))
    if time_s > figures.total_s * NEGLIGIBLE:
        text = (
            f"the profiler's own enable has {time_s / figures.total_s:.0%} of the time: the program started "
            "another profiler, and what ran after that is missing"
        )
        yield Finding("enable_on_top", text, "profile without the program's own profiler", spoils_shares=True)


def _no_root(figures: _Figures) -> Iterator[Finding]:
    if not (figures.calls_from_outside > 0).any():
        text = "no function was called from outside: the callers form a circle"
        yield Finding("no_root", text, "profile again", spoils_shares=True)


def _set_back(figures: _Figures) -> Iterator[Finding]:
    if figures.profile.negative_times:
        times = _count(figures.profile.negative_times, "time")
        text = (
            f"{times} below 0 by the clock's rounding, {figures.profile.negative_s:.2g} s in all, taken as 0"
        )
        yield Finding("negative_times", text)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_LOOKS: tuple[Callable[[_Figures], Iterator[Finding]], ...] = (
    _frames_lost,
    _threads,
    _enable_on_top,
    _no_root,
    _shared_labels,
    _set_back,
)
