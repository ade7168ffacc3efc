import numpy as np
import pytest
from scipy import stats

from benchmarks.simulate_coverage import Machine, process_ratios, simulate
from profiler.protocol.errors import KprofError
from profiler.statistics import (
    Blocks,
    LatencyError,
    borrowed_ratio,
    latency,
    paired_ratio,
    percentile,
    unpaired_ratio,
)
from profiler.statistics.pairing import process_log_ratios
from profiler.statistics.percentiles import calls_needed
from tests.statistics.sample import blocks, one_block

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


def test_pairing_takes_out_what_a_process_does_to_both():
    factors = np.array([1.0, 1.6, 0.7, 1.2])
    a = blocks(50e6 * factors)
    b = blocks(100e6 * factors * [1.00, 1.01, 0.99, 1.0])
    found = paired_ratio(a, b)
    assert found.value == pytest.approx(2.0, rel=1e-3)
    assert found.high - found.low < 0.1
    wide = unpaired_ratio(a, b)
    assert wide.high - wide.low > 1


def test_processes_that_measured_one_variant_alone_are_left_out_of_the_pairs():
    a = blocks(MEDIANS)
    b = Blocks({n: [[v]] for n, v in {1: 104_000_000, 2: 111_000_000, 3: 98_000_000, 9: 7}.items()})
    assert len(process_log_ratios(a, b)) == 3
    assert paired_ratio(a, b).value == pytest.approx(2.0, rel=0.02)


def test_drift_within_a_process_moves_neither_the_ratio_nor_its_rounds_sat_out():
    slow = np.linspace(1, 3, 20)
    a = Blocks({p: [np.array([1e6 * s * f], np.int64) for s in slow] for p, f in enumerate((1, 1.01, 0.99))})
    b = Blocks(
        {p: [np.array([2e6 * s], np.int64) if i % 4 else [] for i, s in enumerate(slow)] for p in range(3)}
    )
    assert np.exp(process_log_ratios(a, b)) == pytest.approx([2.0, 2 / 1.01, 2 / 0.99], rel=0.02)


def test_blocks_and_simulated_arrays_give_the_same_ratios():
    machine = Machine(noise=0.05, drift=0.2, stalls=0.05)
    logs = simulate(np.random.default_rng(8), machine, (1, 4, 7, 3), 1.3)
    first, second = (
        Blocks(
            {
                p: [np.round(np.exp(block) * 1e9).astype(np.int64) for block in own]
                for p, own in enumerate(v[0])
            }
        )
        for v in logs
    )
    assert process_log_ratios(first, second) == pytest.approx(process_ratios(*logs)[0], abs=1e-6)


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


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0, -5, 0.5, 1e30])
def test_an_impossible_duration_is_refused_and_named_with_its_place(value):
    with pytest.raises(LatencyError, match=r"process 4, block 1, call 2: a duration of") as caught:
        Blocks({4: [[1, 2], np.array([3, 4, value])]})
    assert str(np.array([3, value])[1]) in str(caught.value)
    assert isinstance(caught.value, KprofError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("block", [["a"], [True], [[1, 2]], [1j], [None]])
def test_what_is_no_list_of_numbers_is_refused(block):
    with pytest.raises(LatencyError, match="process 0, block 0"):
        Blocks({0: [block]})


@pytest.mark.parametrize("empty", [[], [[]], [[], []]])
def test_a_process_without_a_call_is_refused(empty):
    with pytest.raises(LatencyError, match="process 3 holds no measured call"):
        Blocks({3: empty})


def test_no_process_at_all_gives_no_estimate():
    nothing = Blocks({})
    assert latency(nothing).value is None
    assert percentile(nothing, 0.95).value is None
    assert unpaired_ratio(nothing, blocks(MEDIANS)).value is None


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
