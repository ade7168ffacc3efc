"""The ratio of the times of two sides, and what its interval does not cover."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.instruments import SPEED, instrument
from ..protocol.vocabulary import counted
from ..results import frames
from ..results.document import FrameRatio, VariantReport
from ..results.speed import Timed, confidence, process_seconds
from ..statistics import (
    CANNOT_TELL,
    CONFIDENCE,
    Blocks,
    Estimate,
    Verdict,
    paired_verdict,
    unpaired_verdict,
)
from ..statistics.samples import Durations
from ..statistics.verdicts import SAME
from .internals import Fact
from .sides import Pair, Read

# With fewer sittings on either side, nothing shows how much a machine drifts from one to the next.
SITTINGS_NEEDED = 3


@dataclass(frozen=True)
class Timing:
    """The time after over the time before.

    Attributes:
        calls: of whole calls.
        frames: the same until the end of predict's frame; None where calls are not split.
        paired: whether it is taken within the processes that measured both.
    """

    calls: Verdict
    frames: FrameRatio | None
    paired: bool


ITSELF = Estimate(1.0, 1.0, 1.0, None)


def timing(sides: tuple[Read, Read], pair: Pair, effect: float) -> Timing:
    """Return the ratio of two variants' times with its verdict; without the same input there is none.

    Variants of one run are paired over the processes that measured both, in which drift hits both alike. Two
    runs with sittings enough are compared over sittings: their interval holds the drift between them.
    """
    (before, after), (old, new) = sides, pair
    if old.rows != new.rows:
        reason = f"other input: {old.rows} rows a call before, {new.rows} after"
        return Timing(Verdict(CANNOT_TELL, Estimate(None, None, None, reason)), None, False)
    baseline, candidate = before.timed(old), after.timed(new)
    paired = _share_processes(sides, baseline, candidate)
    if paired and is_itself(sides, pair):
        return Timing(Verdict(SAME, ITSELF), None, True)
    cost_s, level = _cost_s(sides, pair, paired), CONFIDENCE
    if paired:
        level = confidence(before.run.manifest, baseline, candidate)
    judge = paired_verdict if paired else unpaired_verdict
    first = frames.blocks(before.run, old.environment, baseline.variant)
    second = frames.blocks(after.run, new.environment, candidate.variant)
    calls = baseline.blocks, candidate.blocks
    if not before.shares_run_with(after) and min(_sittings(sides, pair)) >= SITTINGS_NEEDED:
        calls = _by_sitting(before, old, calls[0]), _by_sitting(after, new, calls[1])
        first, second = _by_sitting(before, old, first), _by_sitting(after, new, second)
    return Timing(
        judge(*calls, effect, cost_s, level),
        frames.ratio(first, second, effect, cost_s, level, paired),
        paired,
    )


def is_itself(sides: tuple[Read, Read], pair: Pair) -> bool:
    """Return whether both sides are one variant of one run, between which nothing can differ."""
    (before, after), (old, new) = sides, pair
    return before.shares_run_with(after) and (old.environment, old.id) == (new.environment, new.id)


def drift(sides: tuple[Read, Read], pair: Pair, paired: bool, machine: tuple[Fact, ...]) -> str | None:
    """Return what the interval of a ratio does not cover; None where the machine's drift is in it.

    Args:
        sides: both runs.
        pair: the variants.
        paired: whether the ratio was taken within processes.
        machine: the facts that show another machine.
    """
    before, after = sides
    if paired:
        return None
    if machine:
        return other_machine(machine)
    if before.shares_run_with(after):
        return _one_after_the_other(sides, pair)
    old, new = _sittings(sides, pair)
    if min(old, new) >= SITTINGS_NEEDED:
        return None
    told = f"{counted(old, 'sitting')} before and {counted(new, 'sitting')} after"
    return f"{told}: nothing in them shows the drift between ({SITTINGS_NEEDED} on each side would)"


def other_machine(facts: tuple[Fact, ...]) -> str:
    """Return by which facts the machines differ, in words."""
    return f"other machine: {'; '.join(map(str, facts))}"


def _one_after_the_other(sides: tuple[Read, Read], pair: Pair) -> str | None:
    """Return that one variant was measured before the other, where their processes did not alternate."""
    first, second = (_starts_ns(side, variant) for side, variant in zip(sides, pair, strict=True))
    if first and second and (max(first) < min(second) or max(second) < min(first)):
        return "one was measured after the other: nothing shows the drift between"
    return None


def _sittings(sides: tuple[Read, Read], pair: Pair) -> tuple[int, int]:
    """Return in how many sittings each side was timed; one where the run does not tell."""
    first, second = (
        len(set(_sitting_of(side, variant).values())) for side, variant in zip(sides, pair, strict=True)
    )
    return max(first, 1), max(second, 1)


def _sitting_of(side: Read, variant: VariantReport) -> dict[int, int]:
    """Return the sitting of each process that timed a variant, where the run tells."""
    timed = side.timed(variant).blocks.processes
    listed = (
        one
        for one in side.run.manifest.captures
        if (one.environment, one.variant.id) == (variant.environment, variant.id)
        and SPEED in instrument(one.instrument).gives
    )
    return {one.process: one.sitting for one in listed if one.process in timed and one.sitting is not None}


def _by_sitting(side: Read, variant: VariantReport, blocks: Blocks) -> Blocks:
    """Return calls with the processes of each sitting together: as replicates they are one."""
    sittings = _sitting_of(side, variant)
    found: dict[int, list[Durations]] = {}
    for process, held in blocks.processes.items():
        if process in sittings:
            found.setdefault(sittings[process], []).extend(held)
    return Blocks(found)


def _starts_ns(side: Read, variant: VariantReport) -> list[int]:
    """Return when each process began to time a variant, where the run tells."""
    captures = side.run.of(variant.environment, side.variant(variant))
    timed = (one for one in captures if one.usable and SPEED in instrument(one.instrument).gives)
    return [one.manifest.started_ns for one in timed if one.manifest.started_ns]


def _share_processes(sides: tuple[Read, Read], baseline: Timed, candidate: Timed) -> bool:
    """Return whether some process measured both, or pairs of processes took turns.

    Other runs and environments number theirs anew.
    """
    before, after = sides
    if not before.shares_run_with(after):
        return False
    if baseline.environment != candidate.environment and not _took_turns(before, baseline, candidate):
        return False
    return bool(baseline.blocks.processes.keys() & candidate.blocks.processes.keys())


def _took_turns(side: Read, baseline: Timed, candidate: Timed) -> bool:
    beside = side.run.manifest.sides
    return beside is not None and {baseline.environment, candidate.environment} == {beside.this, beside.base}


def _cost_s(sides: tuple[Read, Read], pair: Pair, paired: bool) -> float | None:
    """Return what one more process costs, in s: of each side where they are apart; None: not recorded."""
    costs = [
        process_seconds(side.run).get(variant.workload) for side, variant in zip(sides, pair, strict=True)
    ]
    if paired and pair[0].environment == pair[1].environment:
        return costs[1]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
