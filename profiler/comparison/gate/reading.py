"""Reads what a quantity of a subject is, from the documents of a run or of a comparison.

Each reader takes the subject and what stands after the quantity's name, like an internal and an instrument.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ...results import growth
from ...results.cross_check import by_belief
from ...results.document import Internal, Interval, Slope, VariantReport
from ...statistics import CANNOT_TELL, GROWS
from ..internals import NEVER_ENTERED, UNKNOWN, InternalChange
from .found import Flag, Found, Measured, Said, Silent, counted
from .subjects import Against, Subject, Times, untimed

Reader = Callable[[Subject, Sequence[str]], Found]
Change = Callable[[float], float]

NOT_COMPARED = Silent("it is compared with nothing")
NOT_TIMED = "its calls were not timed"
NOT_SPLIT = Silent("its calls are not split where predict's frame ends")
NO_INTERVAL = "it has no interval"


def slower(ratio: float) -> float:
    """Return by which fraction more time is taken."""
    return ratio - 1


def faster(ratio: float) -> float:
    """Return by which fraction more calls are made in the same time."""
    return 1 / ratio - 1 if ratio else math.inf


def itself(ratio: float) -> float:
    """Return the ratio."""
    return ratio


def of_times(change: Change, of_frames: bool = False) -> Reader:
    """Return the reader of something that follows from the ratio of two times."""

    def read(subject: Subject, _: Sequence[str]) -> Found:
        against = subject.against
        times = _times(against, of_frames)
        if isinstance(times, Silent):
            return times
        drift = None if against is None else against.drift
        value = None if times.ratio is None else change(times.ratio)
        interval: Interval | None = None
        if times.interval is not None:
            first, second = map(change, times.interval)
            interval = min(first, second), max(first, second)
        return Measured(value, interval, times.reason or NO_INTERVAL, times.verdict or CANNOT_TELL, drift)

    return read


def verdict(of_frames: bool = False) -> Reader:
    """Return the reader of the verdict on two times."""

    def read(subject: Subject, _: Sequence[str]) -> Found:
        against = subject.against
        times = _times(against, of_frames)
        if isinstance(times, Silent):
            return times
        if against is not None and against.drift is not None:
            return Said(CANNOT_TELL, against.drift, (CANNOT_TELL,))
        return Said(times.verdict or CANNOT_TELL, times.reason, (CANNOT_TELL,))

    return read


def _times(against: Against | None, of_frames: bool) -> Times | Silent:
    if against is None:
        return NOT_COMPARED
    if of_frames:
        return NOT_SPLIT if against.frames is None else against.frames
    return Silent(NOT_TIMED) if against.calls is None else against.calls


def outputs(subject: Subject, _: Sequence[str]) -> Found:
    """Return whether both give the same outputs."""
    if subject.against is None:
        return NOT_COMPARED
    word = subject.against.outputs
    return Silent("outputs were not compared") if word is None else Said(word)


def milliseconds(subject: Subject, _: Sequence[str]) -> Found:
    """Return the median of a call."""
    latency = subject.variant.latency_ms
    if latency is None:
        return _not_timed(subject.variant)
    return Measured(latency.median, latency.interval, f"{NO_INTERVAL} over {latency.processes} processes")


def percentile(name: str) -> Reader:
    """Return the reader of a high percentile of calls, by the field of `Latency`."""

    def read(subject: Subject, _: Sequence[str]) -> Found:
        latency = subject.variant.latency_ms
        if latency is None:
            return _not_timed(subject.variant)
        value, interval = getattr(latency, name), getattr(latency, f"{name}_interval")
        few = f"too few for a {name}: {latency.calls} calls of {latency.processes} processes"
        return Measured(value, interval, few)

    return read


def _not_timed(variant: VariantReport) -> Found:
    reason = untimed(variant)
    return Silent(NOT_TIMED) if reason is None else Measured(None, None, reason)


def count(name: str) -> Reader:
    """Return the reader of what one call was seen to do, by the field of the variant."""

    def read(subject: Subject, _: Sequence[str]) -> Found:
        value = getattr(subject.variant, name)
        if value is None and (reason := untimed(subject.variant)) is not None:
            return Measured(None, None, reason)
        return counted(value, "no call was inspected, or this release does not tell")

    return read


def word(name: str) -> Reader:
    """Return the reader of a word that the variant has, by its field."""
    return lambda subject, _: Said(str(getattr(subject.variant, name)))


def size(name: str) -> Reader:
    """Return the reader of a size that the variant has, by its field."""
    return lambda subject, _: counted(float(getattr(subject.variant, name)), "")


def _internal(subject: Subject, name: str) -> Internal | Silent:
    found = next((one for one in subject.variant.internals if one.internal == name), None)
    if found is None:
        return Silent("its internals were not looked at")
    if found.presence == "absent":
        instead = f"; {found.successor} does its work" if found.successor else ""
        return Silent(f"this release has no {name}{instead}")
    return found


def share(subject: Subject, names: Sequence[str]) -> Found:
    """Return an internal's share of the call: 0 where the path never enters it."""
    found = _internal(subject, names[0])
    if isinstance(found, Silent):
        return found
    if found.presence in NEVER_ENTERED:
        return Measured(0.0, (0.0, 0.0))
    chosen = names[1:] or by_belief(found.measures)
    taken = [found.measures[name] for name in chosen if name in found.measures]
    if not taken:
        under = names[1] if names[1:] else "any instrument"
        return Silent(f"no share of {names[0]} was taken under {under}")
    known = sorted(taken, key=lambda one: (one.share is None, one.interval is None))
    return Measured(known[0].share, known[0].interval, known[0].reason or NO_INTERVAL)


def entries(subject: Subject, names: Sequence[str]) -> Found:
    """Return how often a call enters an internal."""
    found = _internal(subject, names[0])
    if isinstance(found, Silent):
        return found
    if found.presence in NEVER_ENTERED:
        return Measured(0.0, (0.0, 0.0))
    values = [found.measures[name].calls_per_call for name in by_belief(found.measures)]
    known = next((value for value in values if value is not None), None)
    return counted(known, f"no instrument counted {names[0]}")


def presence(subject: Subject, names: Sequence[str]) -> Found:
    """Return whether a call enters an internal, in a word."""
    found = next((one for one in subject.variant.internals if one.internal == names[0]), None)
    if found is None:
        return Silent("its internals were not looked at")
    return Said(found.presence, "no sound capture can tell", (UNKNOWN,))


def _changes(subject: Subject, names: Sequence[str]) -> list[InternalChange] | Silent:
    if subject.against is None:
        return NOT_COMPARED
    own = [one for one in subject.against.internals if one.internal == names[0]]
    if not own:
        return Silent("its internals were not looked at")
    if all({one.presence_before, one.presence_after} <= set(NEVER_ENTERED) for one in own):
        return Silent(f"neither side enters {names[0]}")
    return own


def share_change(subject: Subject, names: Sequence[str]) -> Found:
    """Return how much an internal's share grew, after minus before."""
    found = _changes(subject, names)
    if isinstance(found, Silent) or subject.against is None:
        return found if isinstance(found, Silent) else NOT_COMPARED
    by_name = {one.instrument: one for one in found if one.instrument is not None}
    chosen = names[1:] or by_belief(by_name)
    taken = [by_name[name] for name in chosen if name in by_name]
    if not taken:
        return Silent(f"no share of {names[0]} was taken")
    best = min(taken, key=lambda one: (one.share_difference is None, one.share_difference_interval is None))
    return Measured(
        best.share_difference,
        best.share_difference_interval,
        best.reason or NO_INTERVAL,
        drift=subject.against.drift,
    )


def moved(way: str) -> Reader:
    """Return the reader of whether an internal came or went."""

    def read(subject: Subject, names: Sequence[str]) -> Found:
        found = _changes(subject, names)
        if isinstance(found, Silent):
            return found
        if UNKNOWN in (found[0].presence_before, found[0].presence_after):
            return Flag(None, found[0].reason or "no sound capture can tell")
        told = f"{found[0].presence_before} before, {found[0].presence_after} after"
        return Flag(found[0].came_or_went == way, told)

    return read


def _slope(subject: Subject, name: str) -> Slope | Silent:
    own = subject.variant.growth
    if own is None:
        return Silent("what grows was not read")
    quantity = next(one for one in growth.QUANTITIES if one.name == name)
    found = quantity.slope(own)
    return Silent(own.missing.get(quantity.name) or f"nobody could read {name}") if found is None else found


def slope(subject: Subject, names: Sequence[str]) -> Found:
    """Return how much something grows with a call."""
    found = _slope(subject, names[0])
    if isinstance(found, Silent):
        return found
    return Measured(found.value, found.interval, found.reason or NO_INTERVAL)


def slope_change(subject: Subject, names: Sequence[str]) -> Found:
    """Return how much more something grows with a call, after minus before."""
    if subject.against is None:
        return NOT_COMPARED
    found = next((one for one in subject.against.growth if one.quantity == names[0]), None)
    if found is None or found.difference is None:
        return Silent(f"the growth of {names[0]} was not read on both sides")
    return Measured(found.difference, found.difference_interval, NO_INTERVAL)


def grows(subject: Subject, names: Sequence[str]) -> Found:
    """Return whether something grows with each call: that which is named, else anything that calls leave."""
    chosen = names or [one.name for one in growth.QUANTITIES if one.left_behind]
    found = {name: _slope(subject, name) for name in chosen}
    known = {name: one for name, one in found.items() if not isinstance(one, Silent)}
    if not known:
        return next(one for one in found.values() if isinstance(one, Silent))
    growing = [name for name, one in known.items() if one.verdict == GROWS]
    if growing:
        return Flag(True, f"{', '.join(growing)} grow")
    unsure = {name: one for name, one in known.items() if one.verdict == CANNOT_TELL}
    if unsure:
        reasons = dict.fromkeys(one.reason for one in unsure.values() if one.reason)
        return Flag(None, "; ".join((f"{', '.join(unsure)} may grow", *reasons)))
    return Flag(False, f"{', '.join(known)} steady")
