"""The ``probes`` instrument: the enters and leaves of the catalogue's functions, and nothing else."""

from __future__ import annotations

import dataclasses
import os
from _thread import get_ident
from typing import Any

from ...protocol import files, schemas
from ...protocol.probes import Probes
from .. import harness
from ..harness import Timed
from ..probes.spans import spans
from . import Attached, Recording, Subject


def attach(subject: Subject) -> Attached:
    """Attach probes to the functions of the catalogue.

    ``spans.npz`` holds their spans and the calls' begins, ``probes.json`` how each function was watched.
    """
    return _Probes(subject)


class _Probes(Attached):
    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self._watches = subject.watches
        self._blocks: list[Any] = []
        self._begins: list[int] = []

    def ready(self) -> None:
        self._watches.functions.prepare()

    def take(self, count: int, re_warm_up: int) -> Timed:
        timed = Timed.none()
        with self._watches.functions.watched() as tape:
            harness.untimed_calls(self.call, re_warm_up)
            tape.clear()
            harness.measured_calls(self.call, count, timed)
            self._blocks.append(tape.take())
        self._begins.extend(timed.begins)
        return timed

    def finish(self) -> Recording:
        import numpy

        functions = self._watches.functions
        found = spans(numpy.concatenate(self._blocks), get_ident())
        numpy.savez(
            os.path.join(self.folder, files.SPANS_FILE),
            thread=found.thread,
            function=found.function,
            start_ns=found.start_ns,
            end_ns=found.end_ns,
            parent=found.parent,
            begin_ns=numpy.array(self._begins, numpy.int64),
        )
        open_calls = {functions.keys[number]: count for number, count in found.open.items()}
        facts = Probes(
            functions.keys, functions.ways, functions.unwatched, open_calls, found.stray, found.backward
        )
        path = os.path.join(self.folder, files.PROBES_FILE)
        files.write_json(path, {"schema": schemas.PROBES, **dataclasses.asdict(facts)})
        return Recording()
