"""The ``wall`` instrument: the harness's clock, and a stamp as the frame of predict ends."""

from __future__ import annotations

import gc
import os
from _thread import get_ident
from typing import Any

from ...protocol import files
from ...protocol.growth import GENERATIONS
from .. import harness
from ..harness import Timed
from ..probes import stamps
from . import Attached, Recording, Subject


def attach(subject: Subject) -> Attached:
    """Attach nothing to a call but the clock and the stamp.

    ``frame_ns.npy`` beside the durations says how long each call took until the frame ended that holds what
    its teardown frees (`CatalogueSpec.frames`); the rest of the call is teardown. It is not written where no
    call had such a frame.
    """
    return _Wall(subject)


class _Wall(Attached):
    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self._watches = subject.watches
        self._frames: list[Any] = []
        self._collections = [0] * GENERATIONS

    def ready(self) -> None:
        self._watches.frames.prepare()

    def take(self, count: int, re_warm_up: int) -> Timed:
        timed = Timed.none()
        with self._watches.frames.watched() as tape:
            harness.untimed_calls(self.call, re_warm_up)
            tape.clear()
            before = gc.get_stats()
            harness.measured_calls(self.call, count, timed)
            after = gc.get_stats()
            events = tape.take()
        # an array is nothing that the collector counts, when what grows is read
        self._frames.append(stamps.frames_ns(events, timed, get_ident()))
        for generation, (first, last) in enumerate(zip(before, after)):
            self._collections[generation] += last["collections"] - first["collections"]
        return timed

    def finish(self) -> Recording:
        import numpy

        frames = numpy.concatenate(self._frames)
        if (frames >= 0).any():
            numpy.save(os.path.join(self.folder, files.FRAMES_FILE), frames)
        reasons = dict.fromkeys(self._watches.frames.lost.values())
        unsplit = None if (frames >= 0).all() else "; ".join(reasons) or None
        return Recording(unsplit=unsplit, collections=self._collections)
