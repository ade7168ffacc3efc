"""Judges instruments: what the share of a slowed internal must have become, and what the instrument said.

With nothing attached, a call takes W when nothing waits. When an internal waits, w in all, it takes
W + w + r, where r is what the call itself makes of the wait, as where a background thread gets ahead
meanwhile. If the share of an internal is s in undisturbed calls, and k of the n waits come while it is on the
stack, its share must become (s W + w k / n) / (W + w + r). Only s and the share that is compared with this
are the instrument's own: times under it are in neither, so that one that lengthens calls is found out.

A call of 50 ms, of which an internal takes 20 and then waits for 10 more, seen by an instrument that slows
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
from ...protocol.proving import UNDISTURBED, ProvingBlock
from ...statistics.block_ratios import median_estimate
from ...statistics.intervals import PROCESSES_NEEDED, Estimate, spread_of_difference
from ...statistics.samples import Blocks, Durations, Floats
from . import busy_intervals
from .document import BEYOND, OPEN, WITHIN, Check, Lean, SameTwice, Tested
from .shares import Evidence, Seen


def tested(evidence: Evidence, reference: Evidence | None) -> Tested:
    """Return what the blocks of one instrument say of it.

    Args:
        evidence: the blocks.
        reference: those of probes, from whose undisturbed shares the lean is told; None without any.
    """
    bound = instrument(evidence.instrument).largest_error
    unusable = _unusable(evidence.seen)
    if unusable is not None:
        return Tested(evidence.instrument, unusable.status, unusable.reason, bound)
    waits = astray = None
    if any(one.capture is not None and one.capture.file(files.SPANS_FILE) for one in evidence.seen):
        waits, astray = busy_intervals.astray(evidence)
    return Tested(
        evidence.instrument,
        "ok",
        None,
        bound,
        tuple(_checks(evidence, bound)),
        evidence.proving.not_slowed,
        () if reference is None or reference is evidence else tuple(_leans(evidence, reference)),
        sum(len(one.block.durations_ns) for one in evidence.attached(UNDISTURBED).values()),
        waits,
        astray,
    )


def same_twice(evidences: Sequence[Evidence], smallest_effect: float) -> SameTwice:
    """Compare undisturbed calls with themselves: the first block of each round with the second."""
    halves: tuple[dict[int, list[Durations]], dict[int, list[Durations]]] = ({}, {})
    for process, evidence in enumerate(evidences):
        pairs = [pair for pair in evidence.unattached(UNDISTURBED).values() if len(pair) == 2]
        for half, blocks in zip(halves, zip(*pairs, strict=True), strict=False):
            half[process] = [np.array(block.durations_ns) for block in blocks]
    shared = {process for process in halves[0] if process in halves[1]}
    first, second = (Blocks({process: half[process] for process in shared}) for half in halves)
    found = statistics.paired_verdict(first, second, smallest_effect)
    return SameTwice(found.ratio.value, found.ratio.interval, found.word, len(shared))


def _unusable(seen: Sequence[Seen]) -> Seen | None:
    """Return a block that says why none can be used; None where one can, and knows some share."""
    if any(one.status == "ok" and any(s.share is not None for s in one.shares.values()) for one in seen):
        return None
    failed = next((one for one in seen if one.status != "ok"), None)
    if failed is not None or not seen:
        return failed or Seen(ProvingBlock(0, "", ""), None, {}, "failed", "it left no block")
    reasons = [share.reason for share in seen[0].shares.values() if share.reason not in (None, "absent")]
    why = next((reason for reason in reasons if reason), "it knows no share")
    return Seen(seen[0].block, None, {}, "no shares", why)


def _checks(evidence: Evidence, bound: float) -> Iterator[Check]:
    for slowed in evidence.proving.slowed:
        around = [name for name in slowed.within if name not in (slowed.internal, TEARDOWN)]
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
    reaction = _reaction(rounds.slowed_wall_ns - wall - waited)
    predicted = (before * wall + weight * waited) / (wall + waited + reaction)
    found = median_estimate(after - predicted, 1)
    return Check(
        slowed,
        internal,
        float(np.median(waited)) / 1e6,
        reaction / 1e6,
        float(np.median(predicted)),
        float(np.median(after)),
        found.value,
        found.interval,
        _verdict(found, bound),
        None if found.interval else found.reason,
    )


def _verdict(error: Estimate, bound: float) -> str | None:
    if error.interval is None:
        return None
    low, high = error.interval
    if -bound <= low and high <= bound:
        return WITHIN
    return BEYOND if low > bound or high < -bound else OPEN


def _reaction(surplus_ns: Floats) -> float:
    """Return what calls took longer than the waits explain, in ns: 0 where its interval holds 0."""
    found = median_estimate(surplus_ns, 1)
    if found.interval is None or found.value is None or found.interval[0] <= 0 <= found.interval[1]:
        return 0.0
    return found.value


class _Rounds:
    """The rounds of which all blocks that one check needs are sound; arrays have one entry each."""

    def __init__(self, evidence: Evidence, slowed: str, internal: str) -> None:
        self._evidence, self._slowed, self._internal = evidence, slowed, internal
        undisturbed, unattached = evidence.unattached(UNDISTURBED), evidence.unattached(slowed)
        before, after = evidence.attached(UNDISTURBED), evidence.attached(slowed)
        shares = [_known(one, internal) for one in (before, after)]
        self.numbers = sorted(undisturbed.keys() & unattached.keys() & shares[0].keys() & shares[1].keys())
        self.before = np.array([shares[0][number] for number in self.numbers])
        self.after = np.array([shares[1][number] for number in self.numbers])
        self.wall_ns = np.array([_mean(undisturbed[number]) for number in self.numbers])
        self.slowed_wall_ns = np.array([_mean(unattached[number]) for number in self.numbers])
        self.waited_ns = np.array([_waited(unattached[number]) for number in self.numbers])

    def missing(self) -> str:
        """Return why there is no round."""
        seen = [one for one in self._evidence.seen if one.block.slowed in (UNDISTURBED, self._slowed)]
        flaws = (self._evidence.flaw(block) for block in self._evidence.proving.blocks)
        shares = (one.shares.get(self._internal) for one in seen)
        reasons = [one.reason for one in seen] + [share.reason for share in shares if share is not None]
        return next(filter(None, [*reasons, *flaws]), "no round has all its blocks")


def _known(blocks: Mapping[int, Seen], internal: str) -> dict[int, float]:
    found = {number: one.shares.get(internal) for number, one in blocks.items()}
    return {n: one.share for n, one in found.items() if one is not None and one.share is not None}


def _mean(blocks: Sequence[ProvingBlock]) -> float:
    return float(np.mean([duration for block in blocks for duration in block.durations_ns]))


def _waited(blocks: Sequence[ProvingBlock]) -> float:
    """Return how long a call waited in all, in ns."""
    return sum(one.waited_ns for one in blocks) / sum(len(one.durations_ns) for one in blocks)


def _leans(evidence: Evidence, reference: Evidence) -> Iterator[Lean]:
    """Yield by how much undisturbed shares differ from those of probes; blocks are the unit."""
    names = dict.fromkeys(name for one in evidence.seen for name in one.shares)
    for name in names:
        own = list(_known(evidence.attached(UNDISTURBED), name).values())
        theirs = list(_known(reference.attached(UNDISTURBED), name).values())
        if not own or not theirs:
            continue
        lean = float(np.median(own) - np.median(theirs))
        interval = None
        if min(len(own), len(theirs)) >= PROCESSES_NEEDED and max(np.ptp(own), np.ptp(theirs)) > 0:
            half = float(spread_of_difference(theirs, own).half_width())
            interval = (lean - half, lean + half)
        yield Lean(name, lean, interval)
