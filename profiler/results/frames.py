"""Calls split where they wait: the ratio of the frames of predict, and the modes of what follows them.

A call ends when what predict built has been freed. In some releases that waits for a thread of tf.data's
autotuning, so that calls of one variant have two modes, far apart; their frames have one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .. import statistics
from ..protocol.instruments import SPEED, instrument
from ..protocol.vocabulary import Variant
from ..runs.latencies import UNKNOWN, Durations
from ..runs.record import Capture, RunRecord
from ..statistics import Blocks
from .document import CallSplit, FrameRatio, Mode

# Teardown is of two modes where it leaves a gap of this part of the frame's median, three times as wide as
# either side of it.
GAP_OF_FRAME = 0.1
GAP_OF_SIDE = 3.0


def blocks(run: RunRecord, environment: str, variant: Variant) -> Blocks:
    """Return the frames of a variant's calls by process, for the processes that know that of every call."""
    known = {}
    for capture in _split(run.of(environment, variant)):
        frames = capture.blocks_of(capture.frames_ns())
        if all((one != UNKNOWN).all() for one in frames):
            known[capture.process] = frames
    return Blocks(known)


def ratio(
    baseline: Blocks,
    candidate: Blocks,
    smallest_effect: float,
    process_s: float | None,
    confidence: float,
    paired: bool = True,
) -> FrameRatio | None:
    """Return the ratio of two variants' frames, candidate over baseline, of the processes that know both.

    None where no process does. Without ``paired`` it is of two groups of processes.
    """
    if not (baseline.processes.keys() & candidate.processes.keys() if paired else baseline and candidate):
        return None
    judge = statistics.paired_verdict if paired else statistics.unpaired_verdict
    found = judge(baseline, candidate, smallest_effect, process_s, confidence)
    if found.ratio.value is None:
        return None
    return FrameRatio(
        found.ratio.value,
        found.ratio.interval,
        found.word,
        found.more_seconds,
        found.reason or found.ratio.reason,
    )


def split(captures: Sequence[Capture]) -> CallSplit | None:
    """Return a variant's calls split at the end of predict's frame; None where no call is."""
    frames, teardowns = [], []
    for capture in _split(captures):
        frame, durations = capture.frames_ns(), capture.durations_ns()
        known = frame != UNKNOWN
        frames.append(frame[known])
        teardowns.append((durations - frame)[known])
    if not sum(map(len, frames)):
        return None
    frame_ns, teardown_ns = np.concatenate(frames), np.concatenate(teardowns)
    middle = float(np.median(frame_ns))
    return CallSplit(middle / 1e6, float(np.median(teardown_ns)) / 1e6, _modes(teardown_ns, middle))


def _split(captures: Sequence[Capture]) -> list[Capture]:
    of_speed = [one for one in captures if one.usable and SPEED in instrument(one.instrument).gives]
    return [one for one in of_speed if one.is_split]


def _modes(teardown_ns: Durations, frame_ns: float) -> tuple[Mode, ...]:
    """Return the two modes of teardown, the shorter first; none where there is no gap between two.

    Six calls whose frames take 100 ms, and their teardowns in ms::

        1   2   2   80   81   83     gap 78 > 0.1 * 100, and > 3 * (83 - 80), so: 3 of 2 ms, 3 of 81 ms
    """
    ordered = np.sort(teardown_ns)
    if len(ordered) < 2:
        return ()
    gaps = np.diff(ordered)
    at = int(np.argmax(gaps)) + 1
    widest = max(float(np.ptp(ordered[:at])), float(np.ptp(ordered[at:])))
    if gaps[at - 1] <= max(GAP_OF_FRAME * frame_ns, GAP_OF_SIDE * widest):
        return ()
    return tuple(Mode(float(np.median(side)) / 1e6, len(side)) for side in (ordered[:at], ordered[at:]))
