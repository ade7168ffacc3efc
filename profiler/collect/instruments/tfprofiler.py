"""The ``tfprofiler`` instrument: the TensorFlow profiler around marked calls, tracing Python if it can."""

from __future__ import annotations

import dataclasses
import glob
import itertools
import os
from typing import Any

from ...protocol import files, schemas
from .. import harness, loaded_code
from ..captures import Recording
from ..frameworks import tensorflow_profiler
from ..frameworks.tensorflow_profiler import Session
from ..harness import Call

STEP_NAME = "kprof_call"
MAX_CALLS = 20


def capture(call: Call, count: int, folder: str, tensorflow: Any) -> Recording:
    """Make ``count`` calls under the TensorFlow profiler, each marked by its own step, and keep the trace.

    The trace lies below ``folder`` in ``plugins/profile``: an XPlane, or what the release writes instead
    (``local.trace`` in 2.0 and 2.1, ``*.trace.json.gz`` in 2.2), which holds no Python events. ``code.json``
    beside it says which files the Python events can mean.
    """
    session = tensorflow_profiler.find(tensorflow)
    durations: list[int] = []
    session.start(folder)
    try:
        harness.measured_calls(Call(_marked(call, session), (), {}), count, durations)
    finally:
        session.stop(folder)
    for name in glob.glob(os.path.join(folder, "*.tfevents.*")):
        os.unlink(name)
    facts = {"step_name": STEP_NAME, "steps": count, "python_events": session.python_events}
    traces = glob.glob(os.path.join(folder, "plugins", "profile", "*", "*" + session.suffix))
    if not any(os.path.getsize(path) for path in traces):
        return Recording(durations, facts, "the TensorFlow profiler left no trace")
    if session.python_events:
        code = dataclasses.asdict(loaded_code.describe(traces))
        files.write_json(os.path.join(folder, files.CODE_FILE), {"schema": schemas.CODE, **code})
    return Recording(durations, facts, None)


def _marked(call: Call, session: Session) -> Any:
    entry, args, kwargs = call
    numbers = itertools.count()

    def marked() -> None:
        with session.mark(STEP_NAME, next(numbers)):
            entry(*args, **kwargs)

    return marked
