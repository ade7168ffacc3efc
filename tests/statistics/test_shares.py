import numpy as np
import pytest
from scipy import stats

from profiler.statistics import share_over_calls
from profiler.statistics.shares import ShareError

RUNS = 1000


def calls_of(source, processes, calls, process_sd, correlation):
    windows, inside = {}, {}
    for number in range(processes):
        level = 0.4 + source.normal(0, process_sd)
        noise = source.normal(0, 0.03, calls)
        for i in range(1, calls):
            noise[i] = correlation * noise[i - 1] + np.sqrt(1 - correlation**2) * noise[i]
        windows[number] = source.uniform(40e6, 60e6, calls)
        inside[number] = np.clip(level + noise, 0, 1) * windows[number]
    return inside, windows


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("processes", "process_sd", "correlation"), [(1, 0.0, 0.0), (1, 0.0, 0.3), (3, 0.02, 0.3), (5, 0.02, 0.6)]
)
def test_the_interval_over_calls_holds_the_true_share(processes, process_sd, correlation):
    source = np.random.default_rng(9)
    found = [share_over_calls(*calls_of(source, processes, 60, process_sd, correlation)) for _ in range(RUNS)]
    covered = np.mean([e.low <= 0.4 <= e.high for e in found])
    assert 0.92 - 3 * np.sqrt(0.05 * 0.95 / RUNS) <= covered <= 0.97 + 3 * np.sqrt(0.05 * 0.95 / RUNS)


def test_the_share_is_that_of_the_summed_windows():
    found = share_over_calls({0: [1, 90]}, {0: [10, 100]})
    assert found.value == pytest.approx(91 / 110)
    assert found.interval is None
    assert "2 calls" in found.reason


def test_an_interval_over_one_process_says_that_it_is_one():
    found = share_over_calls(*calls_of(np.random.default_rng(1), 1, 20, 0.0, 0.0))
    assert found.interval is not None
    assert "1 process" in found.reason


def test_processes_are_the_unit_from_three_on():
    inside, windows = calls_of(np.random.default_rng(1), 3, 20, 0.05, 0.0)
    found = share_over_calls(inside, windows)
    own = [inside[n].sum() / windows[n].sum() for n in inside]
    expected = stats.t.interval(0.95, 2, loc=np.mean(own), scale=stats.sem(own))
    assert found.interval == pytest.approx(expected, abs=0.02)
    assert found.reason is None


@pytest.mark.parametrize(
    ("inside", "window", "says"),
    [
        ([1, 2], [10], "2 times for 1 calls"),
        ([1, 11], [10, 10], "call 1: 11 ns within a call of 10 ns"),
        ([0], [0], "0 ns within a call of 0 ns"),
        ([float("nan")], [10], "nan"),
    ],
)
def test_times_that_are_no_part_of_their_window_are_refused(inside, window, says):
    with pytest.raises(ShareError, match=says):
        share_over_calls({2: inside}, {2: window})


def test_no_calls_give_no_share():
    assert share_over_calls({}, {}).value is None
    assert share_over_calls({}, {0: []}).value is None


def test_an_interval_of_shares_stays_within_0_and_1():
    low = share_over_calls({n: [inside] for n, inside in enumerate((0, 0, 9))}, {n: [100] for n in range(3)})
    high = share_over_calls(
        {n: [inside] for n, inside in enumerate((100, 100, 91))}, {n: [100] for n in range(3)}
    )
    assert (low.low, high.high) == (0, 1)
    assert 0 < low.value < low.high


def test_calls_that_all_have_the_same_share_give_no_interval_and_say_why():
    found = share_over_calls({0: [4] * 8}, {0: [10] * 8})
    assert (found.value, found.interval) == (0.4, None)
    assert "do not differ at all" in found.reason
