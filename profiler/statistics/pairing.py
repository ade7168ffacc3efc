"""The ratio of two variants within one process, where drift hits both alike."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from .samples import Blocks, Floats

Rounds = npt.NDArray[np.int64]

# Rounds to either side that say how slow a round's moment was: 5 rounds of two blocks each.
NEIGHBOURS = 2


def log_ratio(
    baseline: Floats, candidate: Floats, baseline_rounds: Rounds, candidate_rounds: Rounds
) -> Floats:
    """Return the log ratio of two variants' median calls in one process, drift removed.

    Args:
        baseline: logarithms of its durations, calls on the last axis; leading axes are simulated runs.
        candidate: the same of the other variant.
        baseline_rounds: the round of each call of ``baseline``.
        candidate_rounds: the round of each call of ``candidate``.

    It is the difference of the medians over all calls, after the process's trend is taken from them. The
    trend of a round is the median, over itself and 2 rounds to either side, of all block medians of
    both variants, each counted from its variant's own median (a running median: Tukey 1977, "Exploratory
    Data Analysis"). It is the same for both, so it moves no ratio, but slow moments no longer widen it.

    The plain alternatives fail: without the trend, drift widens the interval; means or medians of the
    rounds' ratios are narrow, but where one variant's calls have a longer tail than the other's they are
    not the ratio of the medians, and their intervals miss it (`benchmarks/simulate_coverage.py`).
    """
    trend = _trend(_centred(baseline), _centred(candidate), baseline_rounds, candidate_rounds)
    first = np.median(baseline - trend[..., baseline_rounds], axis=-1)
    second = np.median(candidate - trend[..., candidate_rounds], axis=-1)
    return np.asarray(second - first, np.float64)


def process_log_ratios(baseline: Blocks, candidate: Blocks) -> Floats:
    """Return the log ratio, candidate over baseline, of each process that measured both."""
    shared = [number for number in baseline.processes if number in candidate.processes]
    return np.array(
        [
            log_ratio(
                np.log(baseline.calls(number)),
                np.log(candidate.calls(number)),
                baseline.rounds(number),
                candidate.rounds(number),
            )
            for number in shared
        ],
        np.float64,
    )


def _centred(logs: Floats) -> Floats:
    return np.asarray(logs - np.median(logs, axis=-1, keepdims=True), np.float64)


def _trend(first: Floats, second: Floats, first_rounds: Rounds, second_rounds: Rounds) -> Floats:
    """Return the trend, one value a round on the last axis."""
    count = int(max(first_rounds.max(), second_rounds.max())) + 1
    places, levels = zip(*_levels(first, first_rounds), *_levels(second, second_rounds), strict=True)
    place, level = np.array(places), np.stack(levels, axis=-1)
    trend = np.zeros((*level.shape[:-1], count))
    for number in range(count):
        near = np.abs(place - number) <= NEIGHBOURS
        if near.any():
            trend[..., number] = np.median(level[..., near], axis=-1)
    return trend


def _levels(centred: Floats, rounds: Rounds) -> Iterator[tuple[int, Floats]]:
    """Yield each round that has calls, with their median."""
    for number in np.unique(rounds):
        yield int(number), np.asarray(np.median(centred[..., rounds == number], axis=-1), np.float64)
