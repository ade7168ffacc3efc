"""The outcome of a proof as frozen objects, and as JSON of schema ``kprof.validation/1``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...protocol import schemas
from ...protocol.errors import EXIT_DONE, EXIT_GATE_FAILED, EXIT_UNDECIDED

Interval = tuple[float, float]

WITHIN, BEYOND, OPEN = "within", "beyond", "open"
"""Where the interval of an error lies: within the bound, wholly beyond it, or on both sides."""

FEWEST_INTERNALS = 5
"""So many slowed internals have to be within the bound, or all where fewer are slowed."""


@dataclass(frozen=True)
class Check:
    """One internal was slowed, and the share of it, or of one around it, was predicted.

    Attributes:
        slowed: the internal that waited.
        internal: the one whose share it is.
        injected_ms: what the waits added to a call.
        reaction_ms: what a call without the instrument took longer than that, where the interval says so.
        predicted, measured: shares of predict's frame; of whole calls where none has such a frame. Where the
            call reacts, ``predicted`` is the possible one that is nearest.
        error: measured minus predicted, a fraction of 1, over rounds, with its interval.
        verdict: `WITHIN`, `BEYOND` or `OPEN`; None where it is not known, with the reason.
    """

    slowed: str
    internal: str
    injected_ms: float | None
    reaction_ms: float
    predicted: float | None
    measured: float | None
    error: float | None
    interval: Interval | None
    verdict: str | None
    reason: str | None = None

    @property
    def farthest(self) -> float | None:
        """The end of the error's interval that is farther from 0, without its sign."""
        return None if self.interval is None else max(map(abs, self.interval))


@dataclass(frozen=True)
class Lean:
    """An instrument's share of an internal minus that of probes, in calls that nothing slowed."""

    internal: str
    lean: float
    interval: Interval | None


@dataclass(frozen=True)
class Tested:
    """One instrument.

    Attributes:
        status: ``ok``, or why it could not be tested, in the words of captures.
        bound: the largest error that is allowed, a fraction of 1.
        checks: one for each internal that was slowed and each around it.
        not_slowed: internal -> why it could not be slowed.
        leans: of its shares.
        calls: of each condition.
        waits, astray: how many waits there were, and how many of them lay outside the span of their internal
            or inside that of another; None for instruments without spans.
    """

    instrument: str
    status: str
    reason: str | None
    bound: float
    checks: tuple[Check, ...] = ()
    not_slowed: Mapping[str, str] = dataclasses.field(default_factory=dict)
    leans: tuple[Lean, ...] = ()
    calls: int = 0
    waits: int | None = None
    astray: int | None = None

    @property
    def verdict(self) -> str | None:
        """`BEYOND`, `OPEN` or `WITHIN`, whichever comes first among its checks; None without any.

        It is `OPEN`, too, where fewer internals could be judged than a proof needs.
        """
        verdicts = {check.verdict for check in self.checks}
        if self.astray:
            return BEYOND
        found = next((word for word in (BEYOND, OPEN, WITHIN) if word in verdicts), None)
        own = [check.verdict for check in self.checks if check.slowed == check.internal]
        needed = min(FEWEST_INTERNALS, len(own))
        return OPEN if found == WITHIN and own.count(WITHIN) < needed else found

    @property
    def proven(self) -> float | None:
        """The largest error that its intervals allow; None unless all of them lie within the bound."""
        known = [c.farthest for c in self.checks if c.verdict == WITHIN and c.farthest is not None]
        return max(known) if known and self.verdict == WITHIN else None


@dataclass(frozen=True)
class SameTwice:
    """The undisturbed calls compared with themselves: the ratio's verdict may be anything but ``differs``."""

    ratio: float | None
    interval: Interval | None
    verdict: str
    processes: int


@dataclass(frozen=True)
class Validation:
    """All that was proven of one variant in one environment."""

    environment: str
    variant: str
    fraction: float
    instruments: tuple[Tested, ...]
    same_twice: SameTwice

    @property
    def exit_code(self) -> int:
        """0 where every instrument that could be tested is within its bound."""
        verdicts = {one.verdict for one in self.instruments if one.status == "ok"}
        if BEYOND in verdicts or self.same_twice.verdict == "differs":
            return EXIT_GATE_FAILED
        return EXIT_UNDECIDED if OPEN in verdicts or not verdicts - {None} else EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of schema ``kprof.validation/1``."""
        found = {"schema": schemas.VALIDATION, **dataclasses.asdict(self)}
        for entry, tested in zip(found["instruments"], self.instruments, strict=True):
            entry.update(verdict=tested.verdict, proven=tested.proven)
        return found
