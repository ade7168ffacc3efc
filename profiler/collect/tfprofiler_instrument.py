"""The ``tfprofiler`` instrument: the TensorFlow profiler with Python tracing around marked calls."""

from __future__ import annotations

import glob
import itertools
import os
from typing import Any

from . import harness
from .captures import Recording
from .harness import Call

STEP_NAME = "kprof_call"
MAX_CALLS = 20
HOST_TRACER_LEVEL = 2
# TensorFlow 2.20 and 2.21 refuse a plain int for every option and then ignore them all.
PLAIN_INTS_REFUSED_SINCE = (2, 20)


class _OptionNumber:
    """A number that a binding which tries ``bool`` first takes as an int."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value

    __int__ = __index__

    def __bool__(self) -> bool:
        raise TypeError("a number, not a bool")


def capture(call: Call, count: int, folder: str, tensorflow: Any) -> Recording:
    """Make ``count`` calls under the TensorFlow profiler, each marked by its own step, and keep the trace."""
    profiler = tensorflow.profiler.experimental
    durations: list[int] = []
    profiler.start(folder, options=_options(tensorflow))
    try:
        harness.measured_calls(Call(_marked(call, profiler), (), {}), count, durations)
    finally:
        profiler.stop()
    for name in glob.glob(os.path.join(folder, "events.out.tfevents.*")):
        os.unlink(name)
    facts = {"step_name": STEP_NAME, "steps": count}
    traces = glob.glob(os.path.join(folder, "plugins", "profile", "*", "*.xplane.pb"))
    if not any(os.path.getsize(path) for path in traces):
        return Recording(durations, facts, "the TensorFlow profiler left no trace")
    return Recording(durations, facts, None)


def _marked(call: Call, profiler: Any) -> Any:
    entry, args, kwargs = call
    numbers = itertools.count()

    def marked() -> None:
        with profiler.Trace(STEP_NAME, step_num=next(numbers), _r=1):
            entry(*args, **kwargs)

    return marked


def _options(tensorflow: Any) -> Any:
    release = tuple(int(part) for part in tensorflow.__version__.split(".")[:2])
    number = _OptionNumber if release >= PLAIN_INTS_REFUSED_SINCE else int
    return tensorflow.profiler.experimental.ProfilerOptions(
        host_tracer_level=number(HOST_TRACER_LEVEL),
        python_tracer_level=number(1),
        device_tracer_level=number(1),
        delay_ms=number(0),
    )
