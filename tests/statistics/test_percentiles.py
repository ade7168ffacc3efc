import numpy as np
import pytest
from scipy import stats

from profiler.statistics import percentile
from profiler.statistics.intervals import spread_of
from profiler.statistics.percentiles import calls_needed
from tests.statistics.sample import one_block
from tests.statistics.simulated import RUNS, coverage, holds_95


def test_calls_that_a_percentile_needs():
    assert calls_needed(0.95) == (100, 20)
    assert calls_needed(0.99) == (500, 100)


def test_a_percentile_is_the_geometric_mean_of_the_processes_own():
    source = np.random.default_rng(1)
    calls = [source.uniform(1e6, 2e6, 50) * f for f in (1, 1.1, 0.9)]
    found = percentile(one_block(calls), 0.95)
    own = [stats.mstats.mquantiles(c, [0.95], alphap=1 / 3, betap=1 / 3)[0] for c in calls]
    assert found.value == pytest.approx(stats.gmean(own), rel=1e-6)
    assert found.low < found.value < found.high


@pytest.mark.parametrize(
    ("calls", "says"),
    [
        ([30, 30, 30], "90 calls, p95 needs 100"),
        ([100, 100, 19], "19 calls in a process, p95 needs 20 in each"),
    ],
)
def test_too_few_calls_give_no_percentile_and_say_how_many_are_needed(calls, says):
    found = percentile(one_block([np.arange(1, n + 1) * 1e6 for n in calls]), 0.95)
    assert (found.value, found.interval, found.reason) == (None, None, says)


@pytest.mark.parametrize(
    ("quantile", "processes", "calls"), [(0.95, 3, 34), (0.95, 5, 20), (0.99, 3, 167), (0.99, 5, 100)]
)
def test_the_interval_of_a_percentile_holds_at_the_fewest_calls_that_are_accepted(quantile, processes, calls):
    source = np.random.default_rng(4)
    logs = source.exponential(0.2, (RUNS, processes, calls)) + source.normal(0, 0.02, (RUNS, processes, 1))
    own = np.quantile(logs, quantile, axis=-1, method="median_unbiased")
    assert holds_95(coverage(spread_of(own), -0.2 * np.log(1 - quantile)))
