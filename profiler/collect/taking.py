"""Takes one capture: its blocks of calls, with the instrument on and off, until it is written."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Tuple

from ..protocol.instruments import Instrument
from ..protocol.spec import BlockRecord, CaptureManifest
from ..protocol.switching import Switched
from ..protocol.vocabulary import Variant
from . import blocks, captures, harness, reasons
from .harness import Call
from .instruments import Attached
from .outputs import Kept

_Taken = Tuple[int, int, int, int, int, Optional[int]]
"""The fields of a `BlockRecord`: the collector does not count tuples of numbers when growth is read."""


@dataclass
class Taking:
    """A capture while it is taken; ``manifest`` is set once its capture has been written."""

    folder: str
    variant: Variant
    identity: CaptureManifest
    model: Any
    call: Call
    attached: Attached
    first_call_ns: int
    warm_up_ns: list[int]
    kept: Kept
    inspect: bool
    descriptor: Instrument
    count: int
    durations_ns: list[int] = field(default_factory=list)
    taken: list[_Taken] = field(default_factory=list)
    switched: list[Switched] = field(default_factory=list)
    between_ns: int = 0
    manifest: CaptureManifest | None = None
    failed: bool = False

    @property
    def call_ns(self) -> int:
        """What a call costs, in ns."""
        return middle(self.warm_up_ns)

    def attempt(self, step: Callable[[], None]) -> None:
        """Do a step unless one has failed before; a step that raises fails this capture alone."""
        if self.failed:
            return
        try:
            step()
        except reasons.ANYTHING as error:  # such as a profiler that the model's own code has started
            self.failed = True
            captures.write_failure(self.folder, self.identity, reasons.placed(error))

    def take(self, block: blocks.Block) -> None:
        """Make the calls of a block, and before them those with the instrument off."""
        if not block.undisturbed:
            self._keep(block, block.re_warm_up)
            return
        off = harness.timed_calls(self.call, block.undisturbed, block.re_warm_up).durations
        on_ns = self._rehearse(block) if block.rehearsal else self._keep(block, 0)
        if on_ns:
            self.switched.append(Switched(off, on_ns))

    def _keep(self, block: blocks.Block, re_warm_up: int) -> list[int]:
        started_ns = time.time_ns()
        timed = self.attached.take(block.calls, re_warm_up)
        self.durations_ns.extend(timed.durations)
        self.taken.append((block.round, block.calls, block.position, started_ns, re_warm_up, block.turn))
        self.between_ns += timed.between_ns
        return timed.durations

    def _rehearse(self, block: blocks.Block) -> list[int]:
        """Make the calls of a rehearsal; one that raises loses nothing that has been measured."""
        try:
            return self.attached.rehearse(block.calls).durations
        except reasons.ANYTHING:
            return []

    def write(self) -> None:
        """Write the capture."""
        timing = captures.Timing(
            self.first_call_ns,
            self.warm_up_ns,
            self.durations_ns,
            [BlockRecord(*one) for one in self.taken],
            self.switched,
            self.between_ns,
        )
        self.manifest = captures.write(self.folder, self.identity, timing, self.attached.finish())


def middle(durations_ns: list[int]) -> int:
    """Return the median of durations, the upper one of an even number."""
    return sorted(durations_ns)[len(durations_ns) // 2]
