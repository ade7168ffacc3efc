import numpy as np
import pytest
from scipy import stats

from profiler.statistics import Blocks, borrowed_ratio, latency, paired_ratio, percentile, unpaired_ratio
from profiler.statistics.intervals import allowing_for, borrowed_spread, spread_of, spread_of_difference
from tests.statistics.sample import blocks, one_block
from tests.statistics.simulated import RUNS, coverage, holds_95

MEDIANS = [50e6, 52e6, 55e6, 49e6]


def test_the_interval_of_a_latency_is_that_of_scipy_on_log_medians():
    logs = np.log(MEDIANS)
    expected = stats.t.interval(0.95, 3, loc=logs.mean(), scale=stats.sem(logs))
    found = latency(blocks(MEDIANS))
    assert found.value == pytest.approx(stats.gmean(MEDIANS))
    assert found.interval == pytest.approx(np.exp(expected))
    assert found.reason is None


def test_the_unpaired_interval_is_that_of_scipy_s_welch_test():
    a, b = blocks(MEDIANS), blocks([70e6, 60e6, 66e6])
    expected = stats.ttest_ind(b.log_medians(), a.log_medians(), equal_var=False).confidence_interval()
    found = unpaired_ratio(a, b)
    assert found.value == pytest.approx(stats.gmean([70, 60, 66]) / stats.gmean([50, 52, 55, 49]))
    assert found.interval == pytest.approx((np.exp(expected.low), np.exp(expected.high)))


def test_processes_of_one_group_that_do_not_differ_at_all_leave_no_interval():
    """Copied data beside a real run came out as `differs`, beside the warning that there is no interval."""
    found = unpaired_ratio(blocks(MEDIANS), blocks([41e6] * 4))
    assert found.value is not None
    assert found.interval is None
    assert "coarse clock or copied data" in found.reason


def test_one_process_borrows_the_spread_of_the_baseline_s():
    a, b = blocks(MEDIANS), blocks([70e6])
    logs = a.log_medians()
    found = borrowed_ratio(a, b)
    low, high = stats.t.interval(0.95, 3, loc=np.log(70e6) - logs.mean(), scale=logs.std(ddof=1) * 1.25**0.5)
    assert found.value == pytest.approx(70e6 / stats.gmean(MEDIANS))
    assert found.interval == pytest.approx((np.exp(low), np.exp(high)))
    assert borrowed_ratio(blocks(MEDIANS[:2]), b).interval is None


@pytest.mark.parametrize("processes", [1, 2])
def test_fewer_than_3_processes_give_a_value_without_an_interval_and_say_why(processes):
    a, b = blocks(MEDIANS[:processes]), blocks(MEDIANS[1 : processes + 1])
    for found in (latency(a), paired_ratio(a, b), unpaired_ratio(a, b)):
        assert found.value is not None
        assert found.interval is None
        assert f"{processes} of the 3 processes" in found.reason


def test_no_shared_process_gives_no_paired_ratio():
    found = paired_ratio(blocks(MEDIANS), Blocks({7: [[1]], 8: [[1]], 9: [[2]]}))
    assert (found.value, found.interval) == (None, None)
    assert found.reason == "no process measured both"


def test_zero_variance_gives_no_interval_and_says_why():
    a, b = blocks([10, 10, 10]), blocks([20, 20, 20])
    for found in (latency(b), paired_ratio(a, b), unpaired_ratio(a, b)):
        assert found.value == pytest.approx(20 if found == latency(b) else 2)
        assert found.interval is None
        assert "coarse clock" in found.reason


def test_one_call_a_process_is_enough_for_a_latency_and_a_ratio():
    a, b = one_block([[50e6], [52e6], [49e6]]), one_block([[60e6], [61e6], [62e6]])
    assert latency(a).interval is not None
    assert paired_ratio(a, b).interval is not None


def test_a_stepping_clock_moves_no_median():
    calls = [[50e6, 51e6, 52e6, 3.6e12], [50e6, 50e6, 53e6], [48e6, 49e6, 51e6]]
    assert latency(one_block(calls)).value == pytest.approx(50e6, rel=0.02)


def test_no_process_at_all_gives_no_estimate():
    nothing = Blocks({})
    assert latency(nothing).value is None
    assert percentile(nothing, 0.95).value is None
    assert unpaired_ratio(nothing, blocks(MEDIANS)).value is None


@pytest.mark.parametrize("noise", [0.03, 0.10])
@pytest.mark.parametrize("processes", [3, 5])
def test_one_process_against_many_is_held_by_the_interval_that_borrows_their_spread(processes, noise):
    source = np.random.default_rng(3)
    baseline = source.normal(0, noise, (RUNS, processes))
    candidate = source.normal(np.log(1.3), noise, (RUNS, 1))
    assert holds_95(coverage(borrowed_spread(baseline, candidate), np.log(1.3)))


@pytest.mark.parametrize("noise", [0.03, 0.10])
@pytest.mark.parametrize(("first", "second"), [(3, 3), (5, 5), (3, 7)])
def test_the_unpaired_interval_holds_the_true_ratio_in_95_of_100(first, second, noise):
    source = np.random.default_rng(2)
    baseline = source.normal(0, noise, (RUNS, first))
    candidate = source.normal(np.log(1.2), noise, (RUNS, second))
    covered = coverage(spread_of_difference(baseline, candidate), np.log(1.2))
    assert holds_95(covered)


@pytest.mark.parametrize("noise", [0.03, 0.10])
@pytest.mark.parametrize("processes", [3, 5])
def test_the_interval_of_a_latency_holds_the_geometric_mean_of_process_medians(processes, noise):
    logs = np.random.default_rng(3).normal(np.log(5e7), noise, (RUNS, processes))
    assert holds_95(coverage(spread_of(logs), np.log(5e7)))


def test_several_intervals_together_fail_no_more_often_than_one():
    assert allowing_for(1) == pytest.approx(0.95)
    assert 5 * (1 - allowing_for(5)) == pytest.approx(0.05)
