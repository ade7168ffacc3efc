"""Compares one variant's path through the framework in two runs: which internals ran and what they cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..results.document import Internal, InternalShare, Interval, VariantReport

# Facts of a variant that say which path a call took.
PATH_FACTS = (
    "loop",
    "data_adapter",
    "flag_experimental_run_tf_function",
    "graphs_traced_per_call",
    "functions_traced",
    "iterators_per_call",
    "model_state",
)
PRESENT, UNKNOWN = "present", "unknown"
NEVER_ENTERED = ("absent", "not called")
CAME, WENT = "came", "went"
NONE: Interval = (0.0, 0.0)


@dataclass(frozen=True)
class Fact:
    """A fact that differs; ``before`` and ``after`` are JSON values, None where unknown."""

    name: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.name} {value_text(self.before)} before, {value_text(self.after)} after"


@dataclass(frozen=True)
class InternalChange:
    """An internal under one instrument in both runs.

    Shares are fractions of the call window, None where nothing was measured. ``share_difference`` is after
    minus before (times 100 it is in points), and ``ms_difference`` the same for share x median milliseconds a
    call. A run that never enters the internal counts as 0; if neither does, there is no difference.
    ``came_or_went`` is ``came``, ``went`` or None. ``reason`` says why a difference cannot be known.
    """

    internal: str
    phase: str
    instrument: str | None
    presence_before: str
    presence_after: str
    came_or_went: str | None
    share_before: float | None
    share_after: float | None
    share_difference: float | None
    share_difference_interval: Interval | None
    ms_difference: float | None
    reason: str | None


def path_facts(before: VariantReport, after: VariantReport) -> Iterator[Fact]:
    """Yield what differs in the path that a call took; a fact that one run does not know is left out."""
    for name in PATH_FACTS:
        old, new = getattr(before, name), getattr(after, name)
        if old is not None and new is not None and old != new:
            yield Fact(name, old, new)


def internal_changes(before: VariantReport, after: VariantReport) -> Iterator[InternalChange]:
    """Yield every internal of either variant, once for each instrument that measured it in either run."""
    old = {one.internal: one for one in before.internals}
    new = {one.internal: one for one in after.internals}
    medians = _median_ms(before), _median_ms(after)
    for name in dict.fromkeys((*old, *new)):
        pair = old.get(name), new.get(name)
        measures = [one.measures if one else {} for one in pair]
        instruments: dict[str | None, None] = {name: None for one in measures for name in one} or {None: None}
        for instrument in instruments:
            yield _change(pair, instrument, medians)


def difference_interval(
    before: float, before_interval: Interval, after: float, after_interval: Interval
) -> Interval:
    """Return the interval of ``after - before`` from the interval of each, which are independent.

    The method of variance estimates recovery: Zou and Donner 2008, "Construction of confidence limits about
    effect measures".
    """
    difference = after - before
    down = math.hypot(after - after_interval[0], before_interval[1] - before)
    up = math.hypot(after_interval[1] - after, before - before_interval[0])
    return difference - down, difference + up


def _change(
    pair: tuple[Internal | None, Internal | None],
    instrument: str | None,
    medians: tuple[float | None, float | None],
) -> InternalChange:
    known = next(one for one in pair if one is not None)
    old, new = (_Seen.of(one, instrument) for one in pair)
    difference = milliseconds = None
    if old.entered or new.entered:
        difference = _minus(new.part(), old.part())
        milliseconds = _minus(new.milliseconds(medians[1]), old.milliseconds(medians[0]))
    return InternalChange(
        internal=known.internal,
        phase=known.phase,
        instrument=instrument,
        presence_before=old.presence,
        presence_after=new.presence,
        came_or_went=_came_or_went(old.presence, new.presence),
        share_before=old.share,
        share_after=new.share,
        share_difference=difference,
        share_difference_interval=_interval_between(old, new),
        ms_difference=milliseconds,
        reason=_reason(old, new, instrument),
    )


@dataclass(frozen=True)
class _Seen:
    """What one run saw of an internal under one instrument."""

    presence: str
    measure: InternalShare | None

    @staticmethod
    def of(internal: Internal | None, instrument: str | None) -> _Seen:
        if internal is None:
            return _Seen(UNKNOWN, None)
        return _Seen(internal.presence, None if instrument is None else internal.measures.get(instrument))

    @property
    def entered(self) -> bool:
        return self.presence not in NEVER_ENTERED

    @property
    def share(self) -> float | None:
        return self.measure.share if self.measure and self.entered else None

    def bounds(self) -> Interval | None:
        """Return the interval of `part`; without width where this path never enters the internal."""
        if not self.entered:
            return NONE
        return self.measure.interval if self.measure else None

    def part(self) -> float | None:
        """Return the share of the call, 0 where this path never enters the internal."""
        return self.share if self.entered else 0.0

    def milliseconds(self, median_ms: float | None) -> float | None:
        part = self.part()
        if part == 0:
            return 0.0
        return None if part is None or median_ms is None else part * median_ms


def _interval_between(before: _Seen, after: _Seen) -> Interval | None:
    """Return the interval of the difference; None where a side has none, or neither enters the internal."""
    old, new, old_ends, new_ends = before.part(), after.part(), before.bounds(), after.bounds()
    if old is None or new is None or old_ends is None or new_ends is None:
        return None
    if not (before.entered or after.entered):
        return None
    return difference_interval(old, old_ends, new, new_ends)


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _median_ms(variant: VariantReport) -> float | None:
    return variant.latency_ms.median if variant.latency_ms else None


def _came_or_went(before: str, after: str) -> str | None:
    if UNKNOWN in (before, after) or (before == PRESENT) == (after == PRESENT):
        return None
    return CAME if after == PRESENT else WENT


def _reason(before: _Seen, after: _Seen, instrument: str | None) -> str | None:
    """Return why a share is unknown; where both are, why the first is."""
    for side, seen in (("before", before), ("after", after)):
        if seen.part() is not None:
            continue
        if seen.measure is not None and seen.measure.reason:
            return f"{side}: {seen.measure.reason}"
        if seen.presence == UNKNOWN:
            return f"{side}: no sound capture can tell"
        return f"{side}: not captured" + (f" under {instrument}" if instrument else "")
    return None


def value_text(value: Any) -> str:
    """Return a JSON value as people read it."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return "unknown" if value is None else str(value)
