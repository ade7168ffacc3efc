"""Takes turns with another worker that is measured beside this one: its calls between this one's blocks."""

from __future__ import annotations

import os
import time
from typing import Optional, Union

from ..protocol import errors
from ..protocol.spec import Waiting
from ..protocol.turns import BLOCK, READY, REST, Answer, Ask, TurnsSpec
from .parent import Parent

_LINE_BYTES = 4096


class Alone:
    """The turns of a worker that nobody is measured beside: always its own."""

    beside = False
    waiting: Optional[Waiting] = None

    def __init__(self, parent: Parent) -> None:
        self._parent = parent

    def ready(self, rounds: int) -> int:
        """Return how many rounds there are: those that suit this worker."""
        return rounds

    def block(self, round_number: int, position: int) -> Optional[int]:
        """Begin a block; end this process if its manager has gone."""
        self._parent.check()
        return None

    def rest(self) -> None:
        """Begin what follows the last block."""


class Beside:
    """The turns of a worker that another one is measured beside.

    Args:
        spec: the pipes.
        parent: the manager, which gives the turns.
    """

    beside = True

    def __init__(self, spec: TurnsSpec, parent: Parent) -> None:
        self._parent = parent
        self._asks = os.open(spec.asks, os.O_WRONLY)
        self._answers = os.open(spec.answers, os.O_RDONLY)
        self._turns = self._wait_ns = self._cpu_ns = 0

    @property
    def waiting(self) -> Optional[Waiting]:
        """How this worker waited between its blocks; None before the first."""
        return Waiting(self._turns, self._wait_ns, self._cpu_ns) if self._turns else None

    def ready(self, rounds: int) -> int:
        """Say that this worker has built and warmed up; wait, and return how many rounds both take.

        Args:
            rounds: how many would suit this worker.
        """
        return self._answered(Ask(READY, rounds)).rounds

    def block(self, round_number: int, position: int) -> Optional[int]:
        """Wait for the turn for a block, and return its number among the turns of both workers.

        All CPU time that this process uses meanwhile, whichever thread does, is time that the other's calls
        may have lacked.
        """
        begin_ns, cpu_ns = time.perf_counter_ns(), time.process_time_ns()
        turn = self._answered(Ask(BLOCK, round_number, position)).turn
        self._cpu_ns += time.process_time_ns() - cpu_ns
        self._wait_ns += time.perf_counter_ns() - begin_ns
        self._turns += 1
        return turn

    def rest(self) -> None:
        """Wait for the turn for all that follows the last block."""
        self._answered(Ask(REST))

    def _answered(self, ask: Ask) -> Answer:
        self._parent.check()
        os.write(self._asks, ask.line())
        line = os.read(self._answers, _LINE_BYTES)
        if not line:
            # nobody holds the other end
            self._parent.check()
            raise errors.CollectError("the turns have ended before the measuring")
        return Answer.read(line)


Turns = Union[Alone, Beside]


def of_worker(spec: Optional[TurnsSpec], parent: Parent) -> Turns:
    """Return the turns of this worker: beside another one where there are pipes."""
    return Alone(parent) if spec is None else Beside(spec, parent)
