"""Finds the profiler session that this TensorFlow offers, by what its modules define."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import os
from typing import Any, Iterator

from .framework import Mark, Session

HOST_TRACER_LEVEL = 2
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


def find(tensorflow: Any) -> Session:
    """Return the session of this release: with options (2.3 on), without (2.2), or the eager one (2.0)."""
    found = _find(tensorflow)

    def stop(folder: str) -> None:
        found.stop(folder)
        _remove_event_files(folder)

    return dataclasses.replace(found, stop=stop)


def _remove_event_files(folder: str) -> None:
    """Remove the empty file that marked a folder with a profile for older TensorBoards."""
    for name in os.listdir(folder):
        if ".tfevents." in name:
            os.unlink(os.path.join(folder, name))


def _find(tensorflow: Any) -> Session:
    experimental = getattr(getattr(tensorflow, "profiler", None), "experimental", None)
    if experimental is None:
        eager = importlib.import_module("tensorflow.python.eager.profiler")
        return Session(
            lambda folder: eager.start(),
            lambda folder: eager.save(folder, eager.stop()),
            _plain_mark(),
            False,
            "local.trace",
        )
    if not hasattr(experimental, "ProfilerOptions"):
        return Session(
            experimental.start, lambda folder: experimental.stop(), _plain_mark(), False, ".trace.json.gz"
        )
    return Session(
        lambda folder: experimental.start(folder, options=_options(tensorflow)),
        lambda folder: experimental.stop(),
        lambda name, number: experimental.Trace(name, step_num=number, _r=1),
        True,
        ".xplane.pb",
    )


def _plain_mark() -> Mark:
    """Return the mark of releases before ``tf.profiler.experimental.Trace``: an event that is only a name.

    In 2.1 the binding writes into a recorder of its own: the trace of that release holds no marks.
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

    return lambda name, number: annotation(name)


def _options(tensorflow: Any) -> Any:
    release = tuple(int(part) for part in tensorflow.__version__.split(".")[:2])
    number = _OptionNumber if release >= PLAIN_INTS_REFUSED_SINCE else int
    return tensorflow.profiler.experimental.ProfilerOptions(
        host_tracer_level=number(HOST_TRACER_LEVEL),
        python_tracer_level=number(1),
        device_tracer_level=number(1),
        delay_ms=number(0),
    )
