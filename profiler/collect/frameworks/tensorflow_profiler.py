"""Finds the profiler session that this TensorFlow offers, by what its modules define."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import os
from typing import Any, Iterator, Mapping

from .framework import Event, Mark, Session

# What the options of releases that have them set; the others record what their only session does.
WITH_PYTHON = {"host_tracer_level": 2, "python_tracer_level": 1, "device_tracer_level": 1}
RUNTIME_ALONE = {"host_tracer_level": 2, "python_tracer_level": 0, "device_tracer_level": 0}
# TensorFlow 2.20 and 2.21 refuse a plain int for every option and then ignore them all.
PLAIN_INTS_REFUSED_SINCE = (2, 20)


class _OptionNumber:
    """An int that refuses to be a bool, for bindings that try ``bool`` first."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value

    __int__ = __index__

    def __bool__(self) -> bool:
        raise TypeError("a number, not a bool")


def find(tensorflow: Any, levels: Mapping[str, int] = WITH_PYTHON) -> Session:
    """Return the session of this release: with options (2.3 on), without (2.2), or the eager one (2.0).

    Args:
        tensorflow: the module.
        levels: of its tracers.
    """
    found = _find(tensorflow, levels)

    def stop(folder: str) -> None:
        found.stop(folder)
        _remove_event_files(folder)

    return dataclasses.replace(found, stop=stop)


def _remove_event_files(folder: str) -> None:
    """Remove the empty file that marked a folder with a profile for older TensorBoards."""
    for name in os.listdir(folder):
        if ".tfevents." in name:
            os.unlink(os.path.join(folder, name))


def _find(tensorflow: Any, levels: Mapping[str, int]) -> Session:
    experimental = getattr(getattr(tensorflow, "profiler", None), "experimental", None)
    if experimental is None:
        eager = importlib.import_module("tensorflow.python.eager.profiler")
        return Session(
            lambda folder: eager.start(),
            lambda folder: eager.save(folder, eager.stop()),
            *_plain_marks(),
            False,
            "local.trace",
        )
    if not hasattr(experimental, "ProfilerOptions"):
        return Session(
            experimental.start, lambda folder: experimental.stop(), *_plain_marks(), False, ".trace.json.gz"
        )
    return Session(
        lambda folder: experimental.start(folder, options=_options(tensorflow, levels)),
        lambda folder: experimental.stop(),
        lambda name, number: experimental.Trace(name, step_num=number, _r=1),
        experimental.Trace,
        bool(levels["python_tracer_level"]),
        ".xplane.pb",
    )


def _plain_marks() -> tuple[Mark, Event]:
    """Return the marks and events of releases before ``tf.profiler.experimental.Trace``: names alone.

    In 2.1 the binding writes into a recorder of its own: the trace of that release holds none of them.
    """
    try:
        annotation = importlib.import_module("tensorflow.python.profiler.traceme").TraceMe
    except ImportError:
        bare = importlib.import_module("tensorflow.python.pywrap_tensorflow").PythonTraceMe

        @contextlib.contextmanager
        def annotation(name: str) -> Iterator[None]:
            event = bare(name)
            event.Enter()
            try:
                yield
            finally:
                event.Exit()

    return lambda name, number: annotation(name), annotation


def _options(tensorflow: Any, levels: Mapping[str, int]) -> Any:
    release = tuple(int(part) for part in tensorflow.__version__.split(".")[:2])
    number = _OptionNumber if release >= PLAIN_INTS_REFUSED_SINCE else int
    make = tensorflow.profiler.experimental.ProfilerOptions
    values = {name: number(level) for name, level in levels.items()}
    if "delay_ms" in getattr(make, "_fields", ("delay_ms",)):  # 2.3 has no such option
        values["delay_ms"] = number(0)
    return make(**values)
