"""What a gate says, as frozen objects and as JSON of schema ``kprof.gate/1``."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from ...protocol import schemas
from ...protocol.errors import EXIT_DONE, EXIT_GATE_FAILED, EXIT_UNDECIDED
from ...results.document import Interval

FAILS, PASSES, OPEN = "fails", "passes", "cannot tell"
PASS, FAIL, EXTEND = "pass", "fail", "extend"
# What an open verdict may count as; without either it ends with an exit code of its own.
POLICIES = (PASS, FAIL)


@dataclass(frozen=True)
class ConditionResult:
    """One condition on one subject.

    Attributes:
        condition: as it was written.
        holds: None where it is open, and where the run does not speak of it.
        value: the number, in ``unit``; None where it is not known or is none.
        interval: of the number.
        unit: ``fraction``, ``ratio``, ``ms``, ``count``, ``bytes`` or empty.
        word: the word that it is; None where it is not known or is none.
        reason: why it is open, or what else to know.
        spoken_of: whether the run speaks of it at all.
    """

    condition: str
    holds: bool | None
    value: float | None
    interval: Interval | None
    unit: str
    word: str | None
    reason: str | None
    spoken_of: bool = True


@dataclass(frozen=True)
class Judgement:
    """An expression on one subject: ``fails``, ``passes`` or ``cannot tell``, with its conditions.

    Attributes:
        expression: as it was written.
        subject: the variant.
        environment: where it was measured.
        baseline: what it is compared with; None where it is compared with nothing.
        outcome: the word.
        conditions: each of them, from left to right.
        note: what decides it beside the conditions; None: nothing.
    """

    expression: str
    subject: str
    environment: str
    baseline: str | None
    outcome: str
    conditions: tuple[ConditionResult, ...]
    note: str | None = None

    @property
    def name(self) -> str:
        """The subject and what it is compared with, where that is another variant."""
        if self.baseline is None or self.baseline == self.subject:
            return self.subject
        return f"{self.subject} against {self.baseline}"


@dataclass(frozen=True)
class Left:
    """A variant that an expression says nothing of, and why; or one that has no counterpart."""

    expression: str | None
    subject: str
    reason: str


@dataclass(frozen=True)
class Gate:
    """All that was judged.

    Attributes:
        run: what was judged.
        baseline: the run that it is compared with; None: none.
        cannot_tell: ``pass`` or ``fail``; None where an open verdict has an exit code of its own.
        judgements: each expression on each subject.
        left: what was not judged.
        warnings: what differs around both runs beside what was changed on purpose.
    """

    run: str
    baseline: str | None
    cannot_tell: str | None
    judgements: tuple[Judgement, ...]
    left: tuple[Left, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """The word for all: one that fails fails it, else one that is open leaves it open."""
        found = {one.outcome for one in self.judgements}
        return next((word for word in (FAILS, OPEN) if word in found), PASSES)

    @property
    def exit_code(self) -> int:
        """What a command ends with."""
        if self.outcome == FAILS:
            return EXIT_GATE_FAILED
        if self.outcome == PASSES or self.cannot_tell == PASS:
            return EXIT_DONE
        return EXIT_GATE_FAILED if self.cannot_tell == FAIL else EXIT_UNDECIDED

    def to_json(self) -> dict[str, Any]:
        """Return the gate as the JSON object of schema ``kprof.gate/1``; what is not finite is null."""
        shown = {
            "schema": schemas.GATE,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
            **dataclasses.asdict(self),
        }
        for judgement in shown["judgements"]:
            for condition in judgement["conditions"]:
                condition["value"] = _finite(condition["value"])
                ends = condition["interval"]
                condition["interval"] = ends and tuple(map(_finite, ends))
        return shown


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
