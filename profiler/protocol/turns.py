"""How two workers that are measured side by side take turns, over two named pipes each.

A worker holds the turn from its start. Each line that it asks gives the turn away, and the answer gives it
back: between the two it is blocked on its pipe. Its end gives the turn away for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

READY, BLOCK, REST = "ready", "block", "rest"
_KINDS = (READY, BLOCK, REST)


@dataclass(frozen=True)
class TurnsSpec:
    """The named pipes of one worker: the one that it asks for its turns in, and the one it is answered in."""

    asks: str
    answers: str


@dataclass(frozen=True)
class Ask:
    """What a worker wants the turn for.

    ``kind``: ``ready`` (it has built and warmed up, and ``number`` rounds would suit it), ``block`` (the
    block of round ``number`` at ``position``), or ``rest`` (whatever follows the last block).
    """

    kind: str
    number: int = 0
    position: int = 0

    @property
    def place(self) -> Tuple[int, int, int]:
        """What comes first has the lower place; equal ones are side by side."""
        if self.kind == BLOCK:
            return (_KINDS.index(BLOCK), self.number, self.position)
        return (_KINDS.index(self.kind), 0, 0)

    def line(self) -> bytes:
        """Return it as a line."""
        return "{} {} {}\n".format(self.kind, self.number, self.position).encode("ascii")

    @staticmethod
    def read(line: bytes) -> Ask:
        """Return what a line asks.

        Raises:
            ValueError: it asks nothing.
        """
        kind, number, position = line.decode("ascii").split()
        if kind not in _KINDS:
            raise ValueError("{!r} is nothing that a turn is for".format(kind))
        return Ask(kind, int(number), int(position))


@dataclass(frozen=True)
class Answer:
    """The turn is the worker's: its number among the turns of both, and how many rounds there are."""

    turn: int
    rounds: int

    def line(self) -> bytes:
        """Return it as a line."""
        return "{} {}\n".format(self.turn, self.rounds).encode("ascii")

    @staticmethod
    def read(line: bytes) -> Answer:
        """Return what a line answers.

        Raises:
            ValueError: it answers nothing.
        """
        turn, rounds = line.decode("ascii").split()
        return Answer(int(turn), int(rounds))
