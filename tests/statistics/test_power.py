"""The smallest ratio that a design could have found, against simulated runs."""

import math

import numpy as np
import pytest

from profiler.statistics.intervals import Spread, spread_of
from profiler.statistics.power import POWER, smallest_found

RUNS = 20_000


@pytest.mark.parametrize("processes", [3, 5, 12])
@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_four_of_five_simulated_runs_find_a_difference_of_that_size(processes, confidence):
    deviation = 0.04
    design = Spread(np.zeros(()), np.array(deviation / math.sqrt(processes)), np.array(processes - 1.0))
    effect = math.log1p(smallest_found(design, confidence))
    draws = np.random.default_rng(11).normal(effect, deviation, (RUNS, processes))
    low, high = spread_of(draws).bounds(confidence)
    found = ((low > 0) | (high < 0)).mean()
    assert found == pytest.approx(POWER, abs=0.01)


def test_more_processes_and_less_noise_find_less():
    def of(deviation, processes):
        error = deviation / math.sqrt(processes)
        return smallest_found(Spread(np.zeros(()), np.array(error), np.array(processes - 1.0)))

    assert of(0.05, 3) > of(0.05, 5) > of(0.05, 20) > of(0.01, 20) > 0


def test_noise_beyond_all_measure_is_a_number_still():
    assert math.isfinite(smallest_found(Spread(np.zeros(()), np.array(1e6), np.array(2.0))))
