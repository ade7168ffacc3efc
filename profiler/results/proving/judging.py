"""Judges instruments: what the share of a slowed internal must have become, and what the instrument said.

Shares are of predict's frame here, from its begin to its end: what is freed after it waits for background
threads, and takes longer or shorter when a call waits elsewhere. With nothing attached the frame takes W when
nothing waits. When an internal waits, w in all, it takes W + w + r, where r is what the call itself makes of
the wait, as where a background thread gets ahead meanwhile; r is 0 unless it is proven. If the share of an
internal is s in undisturbed calls, and k of the n waits come while it is on the stack, its share must become
(s W + w k / n) / (W + w + r), or more by r / (W + w + r) where r falls into the internal, or lie between:
nobody knows where it falls. Only s and the share that is compared with this are the instrument's own: times
under it are in neither, so that one that lengthens calls is found out.

A frame of 50 ms, of which an internal takes 20 and then waits for 10 more, seen by an instrument that slows
everything but the wait by 1.2::

    s = 24 / 60 = 0.4        predicted = (0.4 * 50 + 10) / (50 + 10) = 0.5
    measured = (24 + 10) / (60 + 10) = 0.486        error = -1.4 points
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ... import statistics
from ...catalogue.catalogue import TEARDOWN
from ...protocol import files
from ...protocol.instruments import instrument
from ...protocol.proving import PREDICT, UNDISTURBED, WALL
from ...statistics.intervals import PROCESSES_NEEDED, Estimate, allowing_for, spread_of_difference
from ...statistics.samples import Blocks, Durations
from ...statistics.signed_rank import signed_rank_estimate
from . import busy_intervals
from .document import BEYOND, OPEN, WITHIN, Check, Lean, SameTwice, Tested
from .shares import Evidence, Seen

SAME_TWICE_CONFIDENCE = 0.99
"""At 95 % one sound proof in twenty would fail, since calls came out as different from themselves."""

LOOKS = 3
"""So often the errors are looked at, while more is measured where an interval straddles the bound."""


def tested(evidence: Evidence, reference: Evidence | None) -> Tested:
    """Return what the blocks of one instrument say of it.

    Args:
        evidence: the blocks.
        reference: those of probes, from whose undisturbed shares the lean is told; None without any.
    """
    own = evidence.under(evidence.instrument)
    bound = instrument(evidence.instrument).largest_error
    refused = _refused(own)
    if refused is not None:
        return Tested(evidence.instrument, *refused, bound)
    waits = astray = None
    if any(one.capture is not None and one.capture.file(files.SPANS_FILE) for one in own):
        waits, astray = busy_intervals.astray(own)
    undisturbed = evidence.sound(evidence.instrument, UNDISTURBED)
    return Tested(
        evidence.instrument,
        "ok",
        None,
        bound,
        tuple(_checks(evidence, bound)),
        evidence.proving.not_slowed,
        () if reference is None else tuple(_leans(evidence, reference)),
        sum(blocks[0].block.calls for blocks in undisturbed.values()),
        waits,
        astray,
    )


def same_twice(evidences: Sequence[Evidence], smallest_effect: float) -> SameTwice:
    """Compare undisturbed calls with themselves: one block of each round with the other.

    Which of them came first takes turns, so that neither half is the earlier one.

    Args:
        evidences: what each process left.
        smallest_effect: the smallest relative difference that matters.
    """
    halves: tuple[dict[int, list[Durations]], dict[int, list[Durations]]] = ({}, {})
    for process, evidence in enumerate(evidences):
        for number, pair in evidence.sound(WALL, UNDISTURBED).items():
            captures = [one.capture for one in pair if one.capture is not None]
            turned = captures if number % 2 else captures[::-1]
            for half, capture in zip(halves, turned if len(turned) == len(halves) else (), strict=False):
                half.setdefault(process, []).append(capture.durations_ns())
    first, second = map(Blocks, halves)
    found = statistics.paired_verdict(first, second, smallest_effect, confidence=SAME_TWICE_CONFIDENCE)
    return SameTwice(found.ratio.value, found.ratio.interval, found.word, len(first))


def _refused(seen: Sequence[Seen]) -> tuple[str, str | None] | None:
    """Return the status and the reason of an instrument that knows no share; None where it knows some."""
    known = [share for one in seen if one.status == "ok" for share in one.shares.values()]
    if any(share.share is not None for share in known):
        return None
    failed = next((one for one in seen if one.status != "ok"), None)
    if failed is not None:
        return failed.status, failed.reason
    reasons = [share.reason for share in known if share.reason not in (None, "absent")]
    return ("no shares", next(iter(reasons), "it left no block"))


def _checks(evidence: Evidence, bound: float) -> Iterator[Check]:
    for slowed in evidence.proving.slowed:
        around = [name for name in slowed.within if name not in (slowed.internal, PREDICT, TEARDOWN)]
        for internal in (slowed.internal, *around):
            yield _check(evidence, slowed.internal, internal, bound)


def _check(evidence: Evidence, slowed: str, internal: str, bound: float) -> Check:
    """Return how the share of an internal came out while one was slowed."""
    facts = evidence.slowed(slowed)
    weight = facts.within.get(internal, 0) / facts.per_call
    rounds = _Rounds(evidence, slowed, internal)
    if not rounds.numbers:
        return Check(slowed, internal, None, 0.0, None, None, None, None, None, rounds.missing())
    before, wall, waited, after = rounds.before, rounds.wall_ns, rounds.waited_ns, rounds.after
    tries = LOOKS * len(evidence.proving.slowed)
    surplus = signed_rank_estimate(rounds.slowed_wall_ns - wall - waited, allowing_for(tries))
    reaction = _reaction(surplus)
    without, length = before * wall + weight * waited, wall + waited + reaction
    predictions = without / length, (without + reaction) / length
    found = [signed_rank_estimate(after - one, allowing_for(LOOKS)) for one in predictions]
    error = found[0] if not reaction else _anywhere_between(found)
    verdict, reason = _verdict(error, bound), error.reason
    if reaction and verdict == OPEN:
        verdict, reason = None, f"not judged: the call reacts by {reaction / 1e6:+.2g} ms, nobody knows where"
    outside, inside = sorted(float(np.median(one)) for one in predictions)
    measured = float(np.median(after))
    return Check(
        slowed,
        internal,
        float(np.median(waited)) / 1e6,
        reaction / 1e6,
        min(max(measured, outside), inside),
        measured,
        error.value,
        error.interval,
        verdict,
        reason,
    )


def _anywhere_between(found: Sequence[Estimate]) -> Estimate:
    """Return the error where a reaction may fall wholly outside the internal, wholly into it, or between.

    The value is the one nearest to 0, the interval holds those of both ends.
    """
    values = [one.value for one in found if one.value is not None]
    intervals = [one.interval for one in found if one.interval is not None]
    if len(values) < len(found) or len(intervals) < len(found):
        return found[0]
    low, high = min(values), max(values)
    ends = min(low for low, _ in intervals), max(high for _, high in intervals)
    return Estimate(min(max(0.0, low), high), *ends)


def _verdict(error: Estimate, bound: float) -> str | None:
    if error.interval is None:
        return None
    low, high = error.interval
    if -bound <= low and high <= bound:
        return WITHIN
    return BEYOND if low > bound or high < -bound else OPEN


def _reaction(surplus_ns: Estimate) -> float:
    """Return what calls took longer than the waits explain, in ns: 0 where its interval holds 0."""
    if surplus_ns.interval is None or surplus_ns.value is None:
        return 0.0
    low, high = surplus_ns.interval
    return 0.0 if low <= 0 <= high else surplus_ns.value


class _Rounds:
    """The rounds of which all blocks that one check needs are sound; arrays have one entry each."""

    def __init__(self, evidence: Evidence, slowed: str, internal: str) -> None:
        self._evidence, self._slowed, self._internal = evidence, slowed, internal
        conditions = (UNDISTURBED, slowed)
        wall = [evidence.sound(WALL, name) for name in conditions]
        shares = [_known(evidence, name, internal) for name in conditions]
        self.numbers = sorted(wall[0].keys() & wall[1].keys() & shares[0].keys() & shares[1].keys())
        self.before, self.after = (np.array([one[number] for number in self.numbers]) for one in shares)
        self.wall_ns, self.slowed_wall_ns = (
            np.array([_mean_ns(one[number]) for number in self.numbers]) for one in wall
        )
        self.waited_ns = np.array([_waited_ns(wall[1][number]) for number in self.numbers])

    def missing(self) -> str:
        """Return why there is no round."""
        seen = [one for one in self._evidence.seen if one.block.slowed in (UNDISTURBED, self._slowed)]
        shares = (one.shares.get(self._internal) for one in seen)
        reasons = (
            *(one.reason for one in seen),
            *(share.reason for share in shares if share is not None),
            *(self._evidence.flaw(one.block) for one in seen),
        )
        return next(filter(None, reasons), "no round has all its blocks")


def _known(evidence: Evidence, slowed: str, internal: str) -> dict[int, float]:
    """Return an internal's share of predict's frame by round; of the whole call where none has a frame."""
    found = {}
    for number, blocks in evidence.sound(evidence.instrument, slowed).items():
        known = [share for one in blocks if (share := _framed(evidence, one, internal)) is not None]
        if len(known) == len(blocks):
            found[number] = float(np.mean(known))
    return found


def _framed(evidence: Evidence, seen: Seen, internal: str) -> float | None:
    share, teardown = (_share(seen, name) for name in (internal, TEARDOWN))
    if share is None or not evidence.framed:
        return share
    return None if teardown is None else share / (1 - teardown)


def _share(seen: Seen, internal: str) -> float | None:
    share = seen.shares.get(internal)
    return None if share is None else share.share


def _mean_ns(blocks: Sequence[Seen]) -> float:
    return float(np.mean([one.call_ns for one in blocks if one.call_ns is not None]))


def _waited_ns(blocks: Sequence[Seen]) -> float:
    """Return how long a call waited in all, in ns."""
    return sum(one.block.waited_ns for one in blocks) / sum(one.block.calls for one in blocks)


def _leans(evidence: Evidence, reference: Evidence) -> Iterator[Lean]:
    """Yield by how much undisturbed shares of calls differ from those of probes; rounds are the unit."""
    if evidence.instrument == reference.instrument:
        return
    own, theirs = (_by_internal(one) for one in (evidence, reference))
    for name in own:
        if not theirs.get(name):
            continue
        lean = float(np.median(own[name]) - np.median(theirs[name]))
        interval = None
        if min(len(own[name]), len(theirs[name])) >= PROCESSES_NEEDED and np.ptp(own[name] + theirs[name]):
            half = float(spread_of_difference(theirs[name], own[name]).half_width())
            interval = (lean - half, lean + half)
        yield Lean(name, lean, interval)


def _by_internal(evidence: Evidence) -> Mapping[str, list[float]]:
    """Return the known shares of undisturbed calls, by internal."""
    found: dict[str, list[float]] = {}
    for blocks in evidence.sound(evidence.instrument, UNDISTURBED).values():
        for name in blocks[0].shares:
            known = [share for one in blocks if (share := _share(one, name)) is not None]
            if known:
                found.setdefault(name, []).append(float(np.mean(known)))
    return found
