"""Takes calls in which one internal waits beside calls in which none does, with an instrument and without."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import os
import random
import time
from typing import ContextManager, Iterator, NamedTuple

from ...protocol import calls, files, schemas
from ...protocol.instruments import instrument
from ...protocol.proving import PREDICT, UNDISTURBED, WALL, Proving, ProvingBlock, Slowed
from ...protocol.spec import BlockRecord, ProvingSpec, Spec
from .. import captures, inspection, instruments, measure, reasons
from ..blocks import RE_WARM_UP_BELOW_NS, RE_WARM_UP_CALLS
from ..frameworks import Framework
from ..harness import Call
from ..models import built_in
from ..parent import Parent
from ..probes.watches import Watches
from ..taking import middle
from . import busy, callees
from .callees import Place

NO_PLACE = "calls no function that can be exchanged"


def run(spec: Spec, asked: ProvingSpec, framework: Framework, parent: Parent) -> None:
    """Take the blocks of one instrument, and write ``proving.json`` beside their captures.

    Each round takes every condition once under the instrument and once under ``wall``, and the undisturbed
    calls twice under both: everything is compared with them, and under ``wall`` they with themselves. The
    order within a round is random. Every block is a capture.
    """
    workload = built_in.open_workload(spec.workloads[0], framework)
    ready = measure.made_ready(asked.variant, workload, framework)
    found = callees.places(ready.call, asked.catalogue)
    known = dict.fromkeys(asked.catalogue.internals.values())
    wanted = asked.internals or [name for name in known if name != PREDICT]
    places = {name: found[name] for name in wanted if name in found}
    call_ns = middle(ready.warm_up_ns)
    slowed = [_slowed(name, place, asked.fraction, call_ns) for name, place in places.items()]
    prover = _Prover(spec.output, asked, ready.call, call_ns, framework, places, slowed)
    inspected, _ = inspection.inspect_call(ready.call, ready.model, asked.catalogue)
    path = os.path.join(spec.output, files.INSPECT_FILE)
    files.write_json(path, {"schema": schemas.INSPECT, **dataclasses.asdict(inspected)})
    blocks = []
    for turn in _turns(asked, list(places)):
        parent.check()
        blocks.append(prover.take(turn))
    prover.close()
    entered = {asked.catalogue.internals.get(key) for key, one in inspected.functions.items() if one.entered}
    missing = {name: NO_PLACE for name in wanted if name in entered and name not in places}
    proving = Proving(slowed, missing, blocks)
    path = os.path.join(spec.output, files.PROVING_FILE)
    files.write_json(path, {"schema": schemas.PROVING, **dataclasses.asdict(proving)})


class Turn(NamedTuple):
    """One block to take: its round and place within it, the internal that waits, and what is attached."""

    round: int
    position: int
    slowed: str
    attached: str

    @property
    def folder(self) -> str:
        """The name of the block's capture."""
        return f"{self.round}-{self.position}"


def _turns(asked: ProvingSpec, internals: list[str]) -> Iterator[Turn]:
    shuffle = random.Random(asked.seed)
    for number in range(asked.rounds):
        conditions = [(name, one) for name in (UNDISTURBED, *internals) for one in (WALL, asked.instrument)]
        conditions += [(UNDISTURBED, one) for one in (WALL, asked.instrument)]
        shuffle.shuffle(conditions)
        for position, (slowed, attached) in enumerate(conditions):
            yield Turn(number, position, slowed, attached)


def _slowed(internal: str, place: Place, fraction: float, call_ns: int) -> Slowed:
    wait_ns = max(1, round(fraction * call_ns / place.per_call))
    callee = f"{getattr(place.holder, '__name__', '?')}.{place.name}"
    return Slowed(internal, place.key, callee, place.per_call, dict(place.within), wait_ns)


class _Prover:
    """The blocks of one instrument on one variant."""

    def __init__(
        self,
        output: str,
        asked: ProvingSpec,
        call: Call,
        call_ns: int,
        framework: Framework,
        places: dict[str, Place],
        slowed: list[Slowed],
    ) -> None:
        self._output = output
        self._asked = asked
        self._call = call
        self._framework = framework
        self._places = places
        self._wait_ns = {one.internal: one.wait_ns for one in slowed}
        self._waits = busy.Waits()
        # what probes call teardown begins where predict ends, whatever holds what is freed then
        predict = [key for key, internal in asked.catalogue.internals.items() if internal == PREDICT]
        self._watches = Watches(dataclasses.replace(asked.catalogue, frames=predict))
        self._re_warm_up = RE_WARM_UP_CALLS if call_ns < RE_WARM_UP_BELOW_NS else 0
        total = calls.proving(asked.calls, call_ns, asked.rounds, instrument(asked.instrument))
        self._sizes = [total // asked.rounds + (n < total % asked.rounds) for n in range(asked.rounds)]

    def take(self, turn: Turn) -> ProvingBlock:
        """Return one block; one that fails says why."""
        self._waits = busy.Waits()
        try:
            with self._slowing(turn.slowed):
                calls = self._taken(turn)
        except reasons.ANYTHING as error:  # whatever a framework raises is why the block is missing
            return ProvingBlock(turn.round, turn.slowed, turn.attached, error=reasons.placed(error))
        waits = self._waits
        return ProvingBlock(
            turn.round, turn.slowed, turn.attached, calls, len(waits.begins), waits.total_ns, turn.folder
        )

    def close(self) -> None:
        """Put everything back."""
        gc.unfreeze()
        self._watches.close()

    def _slowing(self, internal: str) -> ContextManager[object]:
        if internal == UNDISTURBED:
            return contextlib.nullcontext()
        return busy.slowed(self._places[internal], self._wait_ns[internal], self._waits)

    def _taken(self, turn: Turn) -> int:
        """Take a block as a capture and return how many calls it has."""
        folder = os.path.join(self._output, turn.folder)
        os.makedirs(folder)
        subject = instruments.Subject(self._call, folder, self._framework, self._watches)
        # probes look for functions among the objects that the collector knows
        gc.unfreeze()
        attached = instruments.attach(turn.attached, subject)
        attached.ready()
        _put_objects_aside(turn.position == 0)
        started_ns = time.time_ns()
        durations = attached.take(self._sizes[turn.round], self._re_warm_up).durations
        if turn.slowed != UNDISTURBED:
            self._waits.forget(self._re_warm_up * self._places[turn.slowed].per_call)
        self._keep_waits(folder)
        timing = captures.Timing(durations[0], [], durations, [BlockRecord(0, len(durations), 0, started_ns)])
        asked = self._asked
        identity = captures.identity(
            asked.environment, asked.variant, turn.attached, asked.process, asked.seed
        )
        captures.write(folder, identity, timing, attached.finish())
        return len(durations)

    def _keep_waits(self, folder: str) -> None:
        import numpy

        numpy.savez(
            os.path.join(folder, files.WAITS_FILE),
            begin_ns=numpy.array(self._waits.begins, numpy.int64),
            end_ns=numpy.array(self._waits.ends, numpy.int64),
        )


def _put_objects_aside(everywhere: bool) -> None:
    """Collect garbage, of all ages or of the young alone, and let later collections leave alone what lives.

    A full collection of all that a framework holds takes longer than a block's calls, and would lie in
    whichever internal happens to allocate then.
    """
    gc.collect(2 if everywhere else 1)
    gc.freeze()
