"""The ``probes_trace`` instrument: each span of the probes as an event between those of the runtime."""

from __future__ import annotations

from typing import ContextManager

from ..probes.named_events import NamingTape
from ..probes.watches import Watched
from . import Attached, Recording, Subject
from .tfprofiler import Profiled

PREFIX = "kprof:"


def attach(subject: Subject) -> Attached:
    """Attach probes to the functions of the catalogue, and the framework's profiler without Python calls.

    The trace lies where that of ``tfprofiler`` does. An event is called ``kprof:`` and the internal that the
    function belongs to.
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
        return super().finish()
