"""The binomial interval against values that its definition gives, and its coverage by exact sums."""

import math

import pytest

from profiler.statistics.proportions import binomial_interval


def at_least(count, trials, share):
    return sum(
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(count, trials + 1)
    )


@pytest.mark.parametrize(("successes", "trials"), [(1, 10), (5, 10), (9, 10), (30, 200)])
def test_each_end_leaves_half_of_what_is_left_beyond_it(successes, trials):
    low, high = binomial_interval(successes, trials)
    assert at_least(successes, trials, low) == pytest.approx(0.025)
    assert 1 - at_least(successes + 1, trials, high) == pytest.approx(0.025)


def test_none_and_all_reach_the_ends():
    low, high = binomial_interval(0, 20)
    assert low == 0 and high == pytest.approx(1 - 0.025 ** (1 / 20))
    low, high = binomial_interval(20, 20)
    assert low == pytest.approx(0.025 ** (1 / 20)) and high == 1


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_proportion_is_refused(successes, trials):
    with pytest.raises(ValueError, match="is no proportion"):
        binomial_interval(successes, trials)
