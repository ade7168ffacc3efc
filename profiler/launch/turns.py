"""Runs two workers side by side: one at a time has the turn, and the other is blocked on its pipe.

They start, build and warm up one after the other. Then their blocks alternate, those of the same round and
place next to each other in a random order; whatever follows the blocks is done one after the other again.
"""

from __future__ import annotations

import contextlib
import os
import random
import selectors
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..protocol.errors import CollectError
from ..protocol.spec import WorkerExit
from ..protocol.turns import READY, Answer, Ask, TurnsSpec
from . import worker
from .worker import Job

_LINE_BYTES = 4096


@dataclass(frozen=True)
class Turning:
    """One of the workers: its process, and its pipes."""

    job: Job
    pipes: TurnsSpec


@contextlib.contextmanager
def pipes_in(folder: Path) -> Iterator[TurnsSpec]:
    """Make the named pipes of a worker in a folder, which are removed afterwards."""
    paths = folder / "asks", folder / "answers"
    try:
        for path in paths:
            os.mkfifo(path, 0o600)
        yield TurnsSpec(*map(str, paths))
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def run(turning: Sequence[Turning], seed: int) -> list[WorkerExit]:
    """Run workers side by side to their ends, and return how each ended.

    One that does not start, dies, or keeps its turn longer than its time fails alone: the others go on. A
    worker's seconds are those for which it had the turn. When this function is left by an exception (Ctrl-C),
    all are ended.

    Args:
        turning: the workers.
        seed: seeds who starts first, and who of two equals has the turn first.
    """
    chance = random.Random(seed)
    with contextlib.ExitStack() as kept:
        bell = kept.enter_context(_bell())
        sides = [_Side(one, bell, kept) for one in turning]
        for side in chance.sample(sides, len(sides)):
            side.start()
        number = 0
        while waiting := [side for side in sides if side.exit is None]:
            first = min(side.place for side in waiting)
            side = chance.choice([one for one in waiting if one.place == first])
            side.go(Answer(number, max(one.rounds for one in sides)))
            number += 1
        return [side.exit for side in sides if side.exit is not None]


@dataclass(frozen=True)
class _Bell:
    """A pipe that is written to when a worker has ended, so that nobody has to look."""

    read: int
    write: int

    def ring(self) -> None:
        os.write(self.write, b"\0")

    def silence(self) -> None:
        os.read(self.read, _LINE_BYTES)


@contextlib.contextmanager
def _bell() -> Iterator[_Bell]:
    bell = _Bell(*os.pipe())
    try:
        yield bell
    finally:
        os.close(bell.read)
        os.close(bell.write)


class _Side:
    """One worker while it runs.

    Attributes:
        exit: how it ended; None until then.
        rounds: how many rounds would suit it; 0 until it has said so.
    """

    def __init__(self, turning: Turning, bell: _Bell, kept: contextlib.ExitStack) -> None:
        self.exit: WorkerExit | None = None
        self.rounds = 0
        self._job = turning.job
        self._bell = bell
        self._kept = kept
        self._asked = Ask(READY)
        self._held_s = 0.0
        # open for both, so that opening waits for nobody and a worker that has gone breaks no pipe
        self._asks, self._answers = (
            os.open(path, os.O_RDWR) for path in (turning.pipes.asks, turning.pipes.answers)
        )
        for pipe in (self._asks, self._answers):
            kept.callback(os.close, pipe)

    @property
    def place(self) -> tuple[int, int, int]:
        """What it wants the turn for, as a place in the order of all."""
        return self._asked.place

    def start(self) -> None:
        """Start the worker, which has the turn, and return when it gives it away."""
        try:
            self._running = self._kept.enter_context(worker.started(self._job, self._bell.ring))
        except CollectError as error:
            self.exit = WorkerExit("failed", str(error), 0.0)
            return
        self._wait()

    def go(self, answer: Answer) -> None:
        """Give the worker the turn, and return when it gives it away."""
        os.write(self._answers, answer.line())
        self._wait()

    def _wait(self) -> None:
        begin, before = time.monotonic(), self._held_s
        while self.exit is None and not self._gave_away():
            self._held_s = before + time.monotonic() - begin
            self.exit = self.exit or self._running.over(self._held_s)
        self._held_s = before + time.monotonic() - begin
        if self.exit is not None:
            self._running.end()

    def _gave_away(self) -> bool:
        """Wait a while for the worker to ask for its next turn or to end; return whether it has asked."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._asks, selectors.EVENT_READ)
            selector.register(self._bell.read, selectors.EVENT_READ)
            ready = {key.fd for key, _ in selector.select(worker.LOOK_S)}
        if self._asks in ready:
            return self._hear(os.read(self._asks, _LINE_BYTES))
        if self._bell.read in ready:
            self._bell.silence()
        return False

    def _hear(self, line: bytes) -> bool:
        try:
            self._asked = Ask.read(line)
        except ValueError:
            self.exit = WorkerExit("failed", "the worker asked for no turn that there is", self._held_s)
            return False
        if self._asked.kind == READY:
            self.rounds = self._asked.number
        return True
