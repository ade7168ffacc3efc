"""Steers the measuring of two sides by a gate: longer while it is open, again before it fails."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from ...results import build
from .asking import question
from .confirming import confirmed
from .document import EXTEND, FAILS, OPEN, Gate
from .judging import judge_report


class Steered:
    """A gate that says after each run how measuring goes on (`launch.steering.Steering`).

    Args:
        expressions: each is judged by itself.
        cannot_tell: what an open verdict counts as: ``pass``, ``fail``, ``extend`` to measure longer first,
            or None for neither.
        confirm: how often a gate that fails is measured again before it does.

    Attributes:
        runs: those that were measured, in order.
        gate: what came out of them; None before the first.
    """

    def __init__(self, expressions: Sequence[str], cannot_tell: str | None, confirm: int = 0) -> None:
        self.runs: list[Path] = []
        self.gate: Gate | None = None
        self._expressions = tuple(expressions)
        self._instruments = {name for text in expressions for name in question(text).instruments}
        self._cannot_tell = cannot_tell
        self._confirm = confirm

    @property
    def extends(self) -> bool:
        """Whether an open verdict is measured longer."""
        return self._cannot_tell == EXTEND

    def undecided(self, run: Path) -> Collection[str]:
        """Return the workloads of which something is open, unless the gate fails already."""
        found = self._judged(run)
        if found.outcome != OPEN:
            return ()
        return {one.subject.partition("/")[0] for one in found.judgements if one.outcome == OPEN}

    def repeats(self, run: Path) -> bool:
        """Judge a finished run; return whether it is to be measured again, since the gate fails so far."""
        found = self._judged(run)
        self.gate = found if self.gate is None else confirmed(self.gate, found)
        self.runs.append(run)
        return self.gate.outcome == FAILS and len(self.runs) <= self._confirm

    def _judged(self, run: Path) -> Gate:
        report = build.build(run, instruments=self._instruments)
        policy = None if self.extends else self._cannot_tell
        return judge_report(report, self._expressions, policy)
