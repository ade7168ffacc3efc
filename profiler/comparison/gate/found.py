"""What a quantity of a variant or of a comparison is found to be."""

from __future__ import annotations

from dataclasses import dataclass

from ...results.document import Interval


@dataclass(frozen=True)
class Measured:
    """A number with its interval; one that was counted has an interval without width.

    Attributes:
        value: None where it is not known.
        interval: None where there is none.
        reason: why one of them is not known.
        verdict: on the comparison of times that it is of; None where it is of none.
        drift: what the interval does not cover, so that nothing past a threshold shows anything.
    """

    value: float | None
    interval: Interval | None
    reason: str | None = None
    verdict: str | None = None
    drift: str | None = None


@dataclass(frozen=True)
class Said:
    """A word; None where it is not known, and ``reason`` says why.

    ``open_words`` are those that stand for not knowing: what they are is told from no other word.
    """

    word: str | None
    reason: str | None = None
    open_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flag:
    """A yes or no; None where it is not known, and ``reason`` says why."""

    holds: bool | None
    reason: str | None = None


@dataclass(frozen=True)
class Silent:
    """Nothing: the run does not speak of it, and ``reason`` says why."""

    reason: str


Found = Measured | Said | Flag | Silent


def counted(value: float | None, reason: str) -> Measured | Silent:
    """Return a number that was counted and is exact, or nothing."""
    return Silent(reason) if value is None else Measured(value, (value, value))
