"""The ``tfprofiler`` instrument: the framework's profiler, with a mark around each call."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import tempfile
from typing import Any, ContextManager

from ...protocol import files, schemas
from .. import harness, loaded_code
from ..frameworks.framework import Session
from ..harness import Call, Timed
from . import Attached, Recording, Subject

STEP_NAME = "kprof_call"


def attach(subject: Subject) -> Attached:
    """Attach the framework's profiler to a call.

    The trace lies below ``folder`` in ``plugins/profile``: an XPlane, or what the release writes instead
    (``local.trace`` in TensorFlow 2.0 and 2.1, ``*.trace.json.gz`` in 2.2), which holds no Python events.
    ``code.json`` beside it says which files the Python events can mean, ``scopes.json`` which layers
    own the kernels.
    """
    return Profiled(subject, subject.framework.profiler_session())


class Profiled(Attached):
    """Calls that a session of the framework's profiler records."""

    def __init__(self, subject: Subject, session: Session) -> None:
        super().__init__(subject)
        self._session = session
        self._marked = Call(_marked(self.call, self._session), (), {})
        self._scopes = subject.scopes
        self._steps = 0

    def take(self, count: int, re_warm_up: int) -> Timed:
        """Make the calls while a session records, each in its mark."""
        harness.untimed_calls(self.call, re_warm_up)
        timed = self._recorded(count, self.folder, self._marked)
        self._steps += count
        return timed

    def rehearse(self, count: int) -> Timed:
        """Make the calls in another session, whose trace is thrown away."""
        with tempfile.TemporaryDirectory(prefix="kprof-rehearsal-") as folder:
            return self._recorded(count, folder, Call(_marked(self.call, self._session), (), {}))

    def _recorded(self, count: int, folder: str, marked: Call) -> Timed:
        timed = Timed.none()
        with self._session.recording(folder), self.beside():
            harness.measured_calls(marked, count, timed)
        return timed

    def beside(self) -> ContextManager[object]:
        """Return what else is done while the session records."""
        return contextlib.nullcontext()

    def finish(self) -> Recording:
        """Say what the trace holds, and describe the code and the layers that its events can mean."""
        traces = self._session.traces(self.folder)
        if traces and self._session.python_events:
            code = dataclasses.asdict(loaded_code.describe(traces))
            files.write_json(os.path.join(self.folder, files.CODE_FILE), {"schema": schemas.CODE, **code})
            if self._scopes is not None:
                scopes = dataclasses.asdict(self._scopes())
                path = os.path.join(self.folder, files.SCOPES_FILE)
                files.write_json(path, {"schema": schemas.SCOPES, **scopes})
        return Recording(
            unsound=None if traces else "the TensorFlow profiler left no trace",
            step_name=STEP_NAME,
            steps=self._steps,
            python_events=self._session.python_events,
        )


def _marked(call: Call, session: Session) -> Any:
    entry, args, kwargs = call
    numbers = itertools.count()

    def marked() -> None:
        with session.mark(STEP_NAME, next(numbers)):
            entry(*args, **kwargs)

    return marked
