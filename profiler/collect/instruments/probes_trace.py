"""The ``probes_trace`` instrument: each span of the probes as an event between those of the runtime."""

from __future__ import annotations

import dataclasses
import gzip
from typing import ContextManager

from ..probes.named_events import NamingTape
from ..probes.watches import Watched
from . import Attached, Recording, Subject
from .tfprofiler import STEP_NAME, Profiled

# With a colon, TensorFlow 2.0 and TensorBoard take a name for that of an operation and drop what precedes it.
PREFIX = "kprof/"
NAMELESS = "the profiler of this release keeps no event that Python names: the internals are not in its trace"


def attach(subject: Subject) -> Attached:
    """Attach probes to the functions of the catalogue, and the framework's profiler without Python calls.

    The trace lies where that of ``tfprofiler`` does. An event is called ``kprof/`` and the internal that the
    function belongs to. The capture is unsound where the trace has no mark:
    TensorFlow 2.1 keeps neither marks nor these events.
    """
    return _ProbesTrace(subject)


class _ProbesTrace(Profiled):
    def __init__(self, subject: Subject) -> None:
        session = subject.framework.runtime_session()
        super().__init__(subject, session)
        catalogue = subject.watches.catalogue
        names = [
            PREFIX + catalogue.internals.get(key, key.rpartition("::")[2]) for key in catalogue.functions
        ]
        self._watched = Watched(catalogue.functions, tape=lambda: NamingTape(names, session.event))

    def ready(self) -> None:
        self._watched.prepare()

    def beside(self) -> ContextManager[object]:
        return self._watched.watched()

    def finish(self) -> Recording:
        self._watched.close()
        recording = super().finish()
        traces = self._session.traces(self.folder)
        if recording.unsound is None and not any(_names(path, STEP_NAME.encode()) for path in traces):
            return dataclasses.replace(recording, unsound=NAMELESS)
        return recording


def _names(path: str, name: bytes) -> bool:
    """Return whether a trace holds a name, in whichever format it is."""
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        return name in file.read()
