"""The middle of some values and its interval, by ranks."""

import itertools

import numpy as np
import pytest

from profiler.statistics.signed_rank import hodges_lehmann, signed_rank_estimate


def test_the_middle_is_the_median_of_the_means_of_all_pairs():
    assert hodges_lehmann(np.array([1.0, 2.0, 9.0])) == 3.5


def test_one_far_value_moves_the_middle_little():
    values = np.arange(10.0)
    assert hodges_lehmann(np.append(values, 1e6)) == pytest.approx(hodges_lehmann(values), abs=1.0)


@pytest.mark.parametrize("count", [6, 8, 11])
def test_the_interval_is_that_of_the_exact_test(count):
    """Of all signs the sum of the positive ranks is at or below the ends' rank in 2.5 % at most."""
    values = np.arange(1.0, count + 1) ** 1.5
    found = signed_rank_estimate(values)
    first, second = np.triu_indices(count)
    below = int((np.sort((values[first] + values[second]) / 2) < found.low).sum())
    signs = itertools.product((0, 1), repeat=count)
    sums = np.array([np.dot(sign, np.arange(1, count + 1)) for sign in signs])
    assert (sums <= below).mean() <= 0.025 < (sums <= below + 1).mean()


def test_five_values_have_no_interval_and_say_so():
    found = signed_rank_estimate(np.arange(5.0))
    assert (found.value, found.interval, found.reason) == (2.0, None, "5 rounds are too few for an interval")


@pytest.mark.simulation
@pytest.mark.parametrize("tail", [0.0, 0.1])
def test_the_interval_holds_the_middle_in_95_of_100(tail):
    random = np.random.default_rng(7)
    held = 0
    for _ in range(2000):
        values = random.normal(size=16) * np.where(random.random(16) < tail, 10.0, 1.0)
        low, high = signed_rank_estimate(values).interval
        held += low <= 0 <= high
    assert held / 2000 >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 2000)
