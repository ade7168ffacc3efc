"""How often nominal 95 % intervals hold the true ratio, and how wide they are: why kprof measures as it does.

Simulates A/A and small differences (seeded), where the truth is known. Noise is the standard deviation of
the logarithm of a process's median. Prints `figure NAME VALUE %`:

- `coverage_METHOD_nN_noiseP`: intervals over N processes that hold the true ratio.
- `ESTIMATOR_SITUATION_half_width` and `..._coverage`: by how a process's log ratio is made from its calls.
- `pQ_METHOD_coverage_nN_callsC`: intervals of a percentile, by the definition of a process's percentile.
- `RULE_looksN_noiseP_false_alarms`: A/A called `differs` when the data are looked at after every process.
- `stopped_WHAT_looksN_noiseP_ratioR`: plain 95 % intervals that hold the truth where the adaptive rule chose
  how many processes there are: of a latency, its 95th percentile, and its ratio to another such run's.

    python benchmarks/simulate_coverage.py [--runs N] [--seed N]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from profiler.statistics.intervals import spread_of, spread_of_difference
from profiler.statistics.pairing import log_ratio
from profiler.statistics.sequential import confidence_of_look, settles
from profiler.statistics.verdicts import CANNOT_TELL, DIFFERS, judge

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Bounds = tuple[Floats, Floats]

RESAMPLES = 2000
PROCESSES = (3, 5, 7)
NOISES = (0.03, 0.10)


@dataclass(frozen=True)
class Machine:
    """How simulated calls behave; all of it in logarithms of time.

    ``noise``: standard deviation of a process's median, each variant's own. ``call``: of one call. ``drift``:
    change from the start to the end of a process. ``wander``: step of a random walk from block to block.
    ``stalls``: the fraction of calls that stall, each by an exponential of mean 1.5. ``tail``: mean of the
    exponential by which the second variant's calls vary instead; its median stays.
    """

    noise: float = 0.0
    call: float = 0.08
    drift: float = 0.0
    wander: float = 0.0
    stalls: float = 0.0
    tail: float = 0.0


def simulate(
    source: np.random.Generator,
    machine: Machine,
    shape: tuple[int, int, int, int],
    true_ratio: float = 1.0,
) -> tuple[Floats, Floats]:
    """Return logarithms of the calls of two variants, in blocks interleaved in a random order.

    Args:
        source: of randomness.
        machine: how calls behave; processes differ by 20 % besides, which both variants share.
        shape: runs, processes, rounds, calls a block.
        true_ratio: second over first variant.
    """
    runs, processes, rounds, _ = shape
    values = source.normal(0, machine.call, (2, *shape))
    if machine.tail:
        values[1] = source.exponential(machine.tail, shape) - machine.tail * np.log(2)
    values += source.normal(0, machine.noise, (2, runs, processes, 1, 1))
    values += source.normal(0, 0.2, (runs, processes, 1, 1))
    steps = source.normal(0, machine.wander, (runs, processes, rounds * 2))
    moment = np.cumsum(steps, -1) + machine.drift * np.linspace(-0.5, 0.5, rounds * 2)
    moments = moment.reshape(runs, processes, rounds, 2)
    swapped = source.random((runs, processes, rounds, 1)) < 0.5
    moments = np.where(swapped, moments[..., ::-1], moments)
    values += np.moveaxis(moments, -1, 0)[..., None]
    stalled = source.random(values.shape) < machine.stalls
    values += np.where(stalled, source.exponential(1.5, values.shape), 0)
    return values[0], values[1] + np.log(true_ratio)


def process_ratios(baseline: Floats, candidate: Floats) -> Floats:
    """Return each process's log ratio as kprof takes it, from arrays (runs, processes, rounds, calls)."""
    rounds = np.repeat(np.arange(baseline.shape[-2]), baseline.shape[-1])
    flat = (*baseline.shape[:-2], -1)
    return log_ratio(baseline.reshape(flat), candidate.reshape(flat), rounds, rounds)


def student(logs: Floats, _source: np.random.Generator) -> Bounds:
    """Return the t interval, as kprof does."""
    return spread_of(logs).bounds()


def _weights(processes: int, source: np.random.Generator) -> Floats:
    return source.multinomial(processes, np.full(processes, 1 / processes), RESAMPLES) / processes


def percentile_bootstrap(logs: Floats, source: np.random.Generator) -> Bounds:
    """Return the 2.5 and 97.5 % quantiles of resampled means (Efron 1979)."""
    means = logs @ _weights(logs.shape[-1], source).T
    low, high = np.quantile(means, (0.025, 0.975), axis=-1)
    return low, high


def studentised_bootstrap(logs: Floats, source: np.random.Generator) -> Bounds:
    """Return the bootstrap-t interval (Efron 1982); resamples without spread are left out."""
    processes = logs.shape[-1]
    weights = _weights(processes, source)
    weights = weights[weights.max(-1) < 1]
    centred = logs - logs.mean(-1, keepdims=True)
    means = centred @ weights.T
    deviations = np.sqrt((centred**2) @ weights.T - means**2)
    low, high = np.quantile(means / deviations, (0.025, 0.975), axis=-1)
    deviation = logs.std(-1)
    return logs.mean(-1) - high * deviation, logs.mean(-1) - low * deviation


def midmean_of_rounds(a: Floats, b: Floats) -> Floats:
    """Return the mean of the middle half of each process's log ratios of rounds."""
    return np.asarray(stats.trim_mean(np.median(b, -1) - np.median(a, -1), 0.25, axis=-1))


INTERVALS: dict[str, Callable[[Floats, np.random.Generator], Bounds]] = {
    "paired_t": student,
    "percentile_bootstrap": percentile_bootstrap,
    "studentised_bootstrap": studentised_bootstrap,
}

ESTIMATORS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "trend_removed": process_ratios,
    "midmean_of_rounds": midmean_of_rounds,
    "mean_of_rounds": lambda a, b: (np.median(b, -1) - np.median(a, -1)).mean(-1),
    "median_of_rounds": lambda a, b: np.median(np.median(b, -1) - np.median(a, -1), -1),
    "medians_of_blocks": lambda a, b: np.median(np.median(b, -1), -1) - np.median(np.median(a, -1), -1),
    "medians_of_calls": lambda a, b: np.median(b, (-1, -2)) - np.median(a, (-1, -2)),
}

SITUATIONS = {
    "quiet": Machine(),
    "drift30": Machine(drift=0.3),
    "stalls3": Machine(stalls=0.03),
    "tail10": Machine(tail=0.1),
    "tail10_drift30": Machine(tail=0.1, drift=0.3),
    "drift30_wander2_stalls3": Machine(drift=0.3, wander=0.02, stalls=0.03),
}


def holds(bounds: Bounds, truth: float) -> float:
    """Return the fraction of intervals that hold the truth."""
    return float(np.mean((bounds[0] <= truth) & (truth <= bounds[1])))


def show(name: str, fraction: float) -> None:
    """Print one line."""
    print(f"figure {name} {fraction * 100:.1f} %")


def intervals(source: np.random.Generator, runs: int) -> None:
    """Coverage of the candidate intervals, over processes whose ratios carry both variants' noise."""
    for noise in NOISES:
        for processes in PROCESSES:
            logs = source.normal(0, noise * np.sqrt(2), (runs, processes))
            for name, interval in INTERVALS.items():
                covered = holds(interval(logs, source), 0.0)
                show(f"coverage_{name}_n{processes}_noise{noise * 100:.0f}", covered)


def estimators(source: np.random.Generator, runs: int) -> None:
    """Width and coverage by the way in which a process's ratio is made: 5 processes, 14 blocks of 2 calls."""
    for situation, machine in SITUATIONS.items():
        baseline, candidate = simulate(source, machine, (runs, 5, 14, 2))
        for name, estimator in ESTIMATORS.items():
            spread = spread_of(estimator(baseline, candidate))
            show(f"{name}_{situation}_half_width", float(np.median(spread.half_width())))
            show(f"{name}_{situation}_coverage", holds(spread.bounds(), 0.0))


def percentiles(source: np.random.Generator, runs: int) -> None:
    """Coverage of p95 and p99 at the fewest calls that kprof accepts, exponential above a floor."""
    definitions: tuple[Any, ...] = ("median_unbiased", "linear")
    for quantile, processes, calls in ((0.95, 3, 34), (0.95, 5, 20), (0.99, 3, 167), (0.99, 5, 100)):
        logs = source.exponential(0.2, (runs, processes, calls)) + source.normal(
            0, 0.02, (runs, processes, 1)
        )
        truth = -0.2 * float(np.log(1 - quantile))
        for method in definitions:
            found = np.quantile(logs, quantile, axis=-1, method=method)
            covered = holds(spread_of(found).bounds(), truth)
            show(f"p{quantile * 100:.0f}_{method}_coverage_n{processes}_calls{calls}", covered)


def peeking(source: np.random.Generator, runs: int) -> None:
    """False alarms of an A/A pair that is looked at after every process from the third on."""
    for looks in (3, 6, 10):
        for noise in NOISES:
            logs = source.normal(0, noise * np.sqrt(2), (runs, looks + 2))
            for rule in ("adaptive", "plain95"):
                words = np.full(runs, CANNOT_TELL, dtype="<U11")
                for look in range(1, looks + 1):
                    adaptive = rule == "adaptive"
                    confidence = confidence_of_look(look, looks) if adaptive else 0.95
                    bounds = spread_of(logs[:, : look + 2]).bounds(confidence)
                    ends = settles(*bounds) if adaptive and look < looks else True
                    words = np.where((words == CANNOT_TELL) & ends, judge(*bounds), words)
                alarms = float(np.mean(words == DIFFERS))
                show(f"{rule}_looks{looks}_noise{noise * 100:.0f}_false_alarms", alarms)


def stopped(source: np.random.Generator, runs: int) -> None:
    """Coverage of the intervals that do not pay for looking, where the adaptive rule ended the measuring."""
    calls = 40
    for looks in (3, 18):
        for noise in NOISES:
            for true_ratio in (1.0, 1.06):
                name = f"looks{looks}_noise{noise * 100:.0f}_ratio{true_ratio:g}"
                first, counts = stopped_run(source, (runs, looks + 2, calls), noise, true_ratio)
                other, other_counts = stopped_run(source, (runs, looks + 2, calls), noise, true_ratio)
                tails = np.quantile(first, 0.95, axis=-1, method="median_unbiased")
                medians, others = np.median(first, -1), np.median(other, -1)
                tail = 0.08 * float(stats.norm.ppf(0.95))
                show(f"stopped_latency_{name}", held(medians, counts, 0.0))
                show(f"stopped_p95_{name}", held(tails, counts, tail))
                show(f"stopped_other_run_{name}", held_by_welch((medians, others), (counts, other_counts)))


def stopped_run(
    source: np.random.Generator, shape: tuple[int, int, int], noise: float, true_ratio: float
) -> tuple[Floats, Counts]:
    """Return logarithms of one variant's calls (runs, processes, calls), and each run's processes.

    The rule ends a run by the medians' ratio to another variant in the same processes. Process and noise are
    equal in size, so that what the rule sees has much to do with what is shown.
    """
    runs, most, _ = shape
    common = source.normal(0, noise, (runs, most))
    values = source.normal(0, 0.08, shape) + (common + source.normal(0, noise, (runs, most)))[..., None]
    baseline = common + source.normal(0, noise, (runs, most))
    logs = np.median(values, -1) - baseline + np.log(true_ratio)
    counts = np.full(runs, most)
    for look in range(most - 2, 0, -1):
        bounds = spread_of(logs[:, : look + 2]).bounds(confidence_of_look(look, most - 2))
        counts[settles(*bounds)] = look + 2
    return values, counts


def held(values: Floats, counts: Counts, truth: float) -> float:
    """Return the fraction of t intervals over the first ``counts`` of ``values`` that hold the truth."""
    held = [
        holds(spread_of(values[counts == n, :n]).bounds(), truth) * (counts == n).sum() for n in set(counts)
    ]
    return float(sum(held) / len(counts))


def held_by_welch(values: tuple[Floats, Floats], counts: tuple[Counts, Counts]) -> float:
    """Return the fraction of Welch's intervals of two equal runs that hold a ratio of 1."""
    held = 0.0
    for pair in set(zip(*counts, strict=True)):
        chosen = (counts[0] == pair[0]) & (counts[1] == pair[1])
        groups = (one[chosen, :n] for one, n in zip(values, pair, strict=True))
        held += holds(spread_of_difference(*groups).bounds(), 0.0) * chosen.sum()
    return float(held / len(counts[0]))


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=20200115)
    arguments = parser.parse_args()
    source = np.random.default_rng(arguments.seed)
    for part in (intervals, estimators, percentiles, peeking, stopped):
        part(source, arguments.runs)


if __name__ == "__main__":
    main()
