"""Many measurements at once, simulated where the truth is known: seeded, 4000 runs each.

Bounds are widened by three Monte-Carlo standard errors of the promised rate.
"""

import numpy as np

from benchmarks.simulate_coverage import process_ratios, simulate

RUNS = 4000
DEFAULT_PROCESSES = 5


def margin(rate):
    return 3 * np.sqrt(rate * (1 - rate) / RUNS)


def coverage(spread, truth):
    low, high = spread.bounds()
    return np.mean((low <= truth) & (truth <= high))


def holds_95(found):
    return 0.93 - margin(0.93) <= found <= 0.97 + margin(0.97)


def ratios(machine, processes, true_ratio=1.0, seed=1, rounds=6, calls=2):
    shape = (RUNS, processes, rounds, calls)
    return process_ratios(*simulate(np.random.default_rng(seed), machine, shape, true_ratio))
