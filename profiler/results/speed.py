"""Speed, from calls with nothing attached: latencies, and ratios with their intervals and verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .. import statistics
from ..protocol.instruments import SPEED, instrument
from ..protocol.vocabulary import Variant, compared
from ..runs.manifest import RunManifest, SideBySide
from ..runs.record import Capture, RunRecord
from ..statistics import BlockPairs, Blocks, Verdict
from . import frames, outputs
from .document import Comparison, Latency, Overhead


@dataclass(frozen=True)
class Timed:
    """A variant's uninstrumented calls, in blocks by process."""

    environment: str
    variant: Variant
    blocks: Blocks

    @property
    def id(self) -> str:
        """The variant's id with its environment."""
        return f"{self.environment}:{self.variant.id}"


def pairs(timed: Iterable[Timed], sides: SideBySide | None = None) -> Iterator[tuple[Timed, Timed]]:
    """Yield (baseline, candidate) for all comparisons that a report shows.

    They are of one environment each; and where two were measured side by side, each variant of this one is
    compared with the same variant of the base too.
    """
    by_environment: dict[str, dict[Variant, Timed]] = {}
    for one in timed:
        by_environment.setdefault(one.environment, {})[one.variant] = one
    for known in by_environment.values():
        for baseline, candidate in compared(known):
            yield known[baseline], known[candidate]
    if sides is not None:
        this, base = (by_environment.get(slug, {}) for slug in (sides.this, sides.base))
        for candidate, baseline in across(this, base):
            yield base[baseline], this[candidate]


def across(this: Iterable[Variant], base: Iterable[Variant]) -> Iterator[tuple[Variant, Variant]]:
    """Yield each variant of one side with the same of the other; two models may have two names."""
    same = {_kind(one): one for one in base}
    named = {(one.workload, *_kind(one)): one for one in base}
    for one in this:
        other = named.get((one.workload, *_kind(one))) or same.get(_kind(one))
        if other is not None:
            yield one, other


def _kind(variant: Variant) -> tuple[str, str, int, int]:
    return (variant.compile_state, variant.entry_point, variant.batch_size, variant.rows)


def verdict(
    baseline: Timed,
    candidate: Timed,
    smallest_effect: float,
    seconds: float | None,
    confidence: float = statistics.CONFIDENCE,
) -> Verdict:
    """Return the verdict on the candidate's time over the baseline's.

    It is paired over the processes that measured both, and over those of one number that took turns, in which
    drift hits both alike; without such a process it compares two groups of processes.

    Args:
        baseline: the variant below the line of the ratio.
        candidate: the variant above it.
        smallest_effect: the change that is of interest, as a fraction.
        seconds: what a process more would cost, or None when unknown.
        confidence: of the interval.
    """
    shared = baseline.blocks.processes.keys() & candidate.blocks.processes.keys()
    judge = statistics.paired_verdict if shared else statistics.unpaired_verdict
    return judge(baseline.blocks, candidate.blocks, smallest_effect, seconds, confidence)


def timed(run: RunRecord, environment: str, variant: Variant) -> Timed:
    """Return a variant's usable captures of speed as blocks by process; without any it has no process."""
    usable = {one.process: one.blocks_ns() for one in _of_speed(run.of(environment, variant)) if one.usable}
    return Timed(environment, variant, Blocks(usable))


def _of_speed(captures: Iterable[Capture]) -> Iterator[Capture]:
    return (one for one in captures if SPEED in instrument(one.instrument).gives)


def process_seconds(run: RunRecord) -> dict[str, float]:
    """Return what one more process that measures speed costs by workload, in s, where the run recorded it.

    Those that also took captures of other instruments count only where there is no other.
    """
    kinds: dict[tuple[str, int], set[str]] = {}
    for entry in run.manifest.captures:
        kinds.setdefault((entry.environment, entry.process), set()).add(entry.instrument)
    seconds: dict[str, dict[bool, list[float]]] = {}
    for entry in run.manifest.captures:
        if SPEED in instrument(entry.instrument).gives and entry.process_s:
            others = any(not instrument(name).interleaves for name in kinds[entry.environment, entry.process])
            seconds.setdefault(entry.variant.workload, {}).setdefault(others, []).append(entry.process_s)
    return {workload: float(np.median(own.get(False) or own[True])) for workload, own in seconds.items()}


def confidence(manifest: RunManifest, baseline: Timed, candidate: Timed) -> float:
    """Return the confidence at which a comparison's interval holds 95 of 100 times, interim analyses and all.

    Every comparison of a workload that may have ended early has it, since all share its processes.
    """
    planned = manifest.looks(candidate.environment, candidate.variant.workload)
    if planned is None:
        return statistics.CONFIDENCE
    if planned.by_stage:
        return statistics.allowing_for(planned.looks)
    shared = baseline.blocks.processes.keys() & candidate.blocks.processes.keys()
    by_verdict = planned.stopped is not None and not planned.stopped.by_time
    return statistics.confidence_after(len(shared), planned.looks, by_verdict)


def comparisons(run: RunRecord, timed: Iterable[Timed], smallest_effect: float) -> Iterator[Comparison]:
    """Yield all comparisons that a report shows.

    Args:
        run: the run.
        timed: its variants.
        smallest_effect: the change that is of interest, as a fraction.
    """
    cost_s = process_seconds(run)
    for baseline, candidate in pairs((one for one in timed if len(one.blocks)), run.manifest.sides):
        process_s = _process_s(cost_s, baseline, candidate)
        level = confidence(run.manifest, baseline, candidate)
        found = verdict(baseline, candidate, smallest_effect, process_s, level)
        if found.ratio.value is not None:
            noted = outputs.beside(
                run.of(baseline.environment, baseline.variant),
                run.of(candidate.environment, candidate.variant),
            )
            frame = frames.ratio(
                frames.blocks(run, baseline.environment, baseline.variant),
                frames.blocks(run, candidate.environment, candidate.variant),
                smallest_effect,
                process_s,
                level,
            )
            yield Comparison(
                baseline.id,
                candidate.id,
                found.ratio.value,
                found.ratio.interval,
                found.word,
                found.more_seconds,
                found.reason or found.ratio.reason,
                noted.word,
                noted.remarks,
                frame,
                found.detectable,
            )


def _process_s(cost_s: Mapping[str, float], baseline: Timed, candidate: Timed) -> float | None:
    """Return what one more process costs in which both are measured, or one of each; None where unknown."""
    costs = [cost_s.get(one.variant.workload) for one in (baseline, candidate)]
    if baseline.environment == candidate.environment:
        return costs[1]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def latency(timed: Timed, captures: Iterable[Capture]) -> Latency | None:
    """Return a variant's times a call, in ms; None where none was measured with nothing attached."""
    blocks = timed.blocks
    if not len(blocks):
        return None
    median = statistics.latency(blocks)
    p95, p99 = statistics.percentile(blocks, 0.95), statistics.percentile(blocks, 0.99)
    first = [one.manifest.first_call_ns for one in _of_speed(captures) if one.usable]
    known = [value for value in first if value is not None]
    return Latency(
        median=float(median.value or 0) / 1e6,
        interval=_ms(median),
        p95=None if p95.value is None else p95.value / 1e6,
        p99=None if p99.value is None else p99.value / 1e6,
        calls=blocks.call_count,
        processes=len(blocks),
        first_call=float(np.median(known)) / 1e6 if known else None,
        process_medians=tuple(float(value) for value in sorted(np.exp(blocks.log_medians()) / 1e6)),
        p95_interval=_ms(p95),
        p99_interval=_ms(p99),
    )


def _ms(estimate: statistics.Estimate) -> tuple[float, float] | None:
    interval = estimate.interval
    return interval and (interval[0] / 1e6, interval[1] / 1e6)


def overheads(captures: Sequence[Capture]) -> dict[str, Overhead]:
    """Return each instrument's time per call over the undisturbed one, by instrument.

    It is taken from blocks of calls beside undisturbed ones of the same process; where there are none, as for
    slow calls and in older runs, from the calls of other processes.
    """
    timed = [one for one in captures if one.timed]
    found = {}
    for name in dict.fromkeys(one.instrument for one in timed):
        if SPEED in instrument(name).gives:
            continue
        own = [one for one in timed if one.instrument == name]
        pairs = {one.process: side_by_side for one in own if (side_by_side := _side_by_side(one, timed))}
        ratio = statistics.block_ratio(pairs) if pairs else _apart(own, timed)
        if ratio.value is not None:
            found[name] = Overhead(ratio.value, ratio.interval)
    return found


def _side_by_side(capture: Capture, others: Iterable[Capture]) -> BlockPairs | None:
    """Return a capture's blocks beside the undisturbed ones of its process; None where there are none."""
    switched = capture.manifest.switched
    if switched:
        return BlockPairs(
            [np.array(one.off_ns, np.int64) for one in switched],
            [np.array(one.on_ns, np.int64) for one in switched],
        )
    shared = (one for one in _of_speed(others) if one.process == capture.process)
    undisturbed = next(shared, None) if instrument(capture.instrument).interleaves else None
    return None if undisturbed is None else BlockPairs(undisturbed.blocks_ns(), capture.blocks_ns())


def _apart(own: Iterable[Capture], others: Iterable[Capture]) -> statistics.Estimate:
    """Return the ratio of an instrument's calls to the undisturbed ones of other processes."""
    baseline, candidate = (
        Blocks({one.process: [one.durations_ns()] for one in captures})
        for captures in (_of_speed(others), own)
    )
    return statistics.borrowed_ratio(baseline, candidate)
