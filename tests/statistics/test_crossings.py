"""Where curves cross levels: known crossings, none, several, and what cannot be told."""

import math

import numpy as np
import pytest

from profiler.statistics.crossings import ABOVE, BELOW, OPEN, course

WIGGLE = (-0.01, 0.0, 0.01, 0.004)


def curve(values, sizes=(64, 96, 144, 216), wiggle=WIGGLE):
    """Return a curve of these log ratios, which each process sees a little higher or lower."""
    return {
        size: dict(enumerate(value + w for w in wiggle)) for size, value in zip(sizes, values, strict=True)
    }


def test_a_falling_curve_crosses_once_and_the_interval_holds_the_size():
    found = course(curve((0.3, 0.1, -0.1, -0.3)), 0.0)
    (one,) = found.crossings
    assert (found.start, found.end, found.open) == (ABOVE, BELOW, ())
    # the processes' mean is 0.001 too high, on a line that falls by 0.2 from 96 to 144
    assert one.size == pytest.approx(96 * 1.5 ** (0.1 / 0.2 + 0.001 / 0.2))
    low, high = one.interval
    assert 96 < low < one.size < high < 144
    assert not one.rises and one.closely


def test_the_interval_is_where_the_t_interval_of_the_curve_holds_the_level():
    shifted = np.array(WIGGLE)
    half = 3.182446305284263 * shifted.std(ddof=1) / 2
    low, high = course(curve((0.3, 0.1, -0.1, -0.3)), 0.0).crossings[0].interval
    for size, edge in ((low, -half), (high, half)):
        mean = 0.1 - 0.2 * math.log(size / 96) / math.log(144 / 96) + shifted.mean()
        assert mean + edge == pytest.approx(0, abs=1e-9)


def test_a_level_is_counted_from_zero_of_the_log_ratio():
    (one,) = course(curve((0.9, 0.8, 0.6, 0.5)), math.log(2)).crossings
    assert 96 < one.size < 144


@pytest.mark.parametrize(("value", "side"), [(0.4, ABOVE), (-0.4, BELOW)])
def test_a_curve_that_stays_on_one_side_never_crosses(value, side):
    found = course(curve((value,) * 4), 0.0)
    assert found.never
    assert (found.start, found.end) == (side, side)


def test_all_crossings_are_listed():
    found = course(curve((0.3, -0.3, 0.3, -0.3)), 0.0)
    assert [one.rises for one in found.crossings] == [False, True, False]
    sizes = [one.size for one in found.crossings]
    assert 64 < sizes[0] < 96 < sizes[1] < 144 < sizes[2] < 216


def test_a_curve_that_hugs_the_level_cannot_be_told_from_it():
    found = course(curve((0.001,) * 4), 0.0)
    assert found.crossings == ()
    assert found.start == found.end == OPEN
    assert found.open == (pytest.approx((64, 216)),)


def test_a_curve_that_reaches_the_level_at_an_end_is_open_there():
    found = course(curve((0.3, 0.2, 0.1, 0.0)), 0.0)
    ((low, high),) = found.open
    assert 144 < low < 216 and high == pytest.approx(216)
    assert found.crossings == ()


def test_a_touch_without_a_change_of_sides_is_open_and_no_crossing():
    found = course(curve((0.3, 0.0, 0.3, 0.4)), 0.0)
    ((low, high),) = found.open
    assert 64 < low < 96 < high < 144
    assert found.crossings == ()


def test_between_sizes_that_lie_apart_the_interval_reaches_from_one_to_the_other():
    (one,) = course(curve((0.3, 0.1, -0.1, -0.3), sizes=(1, 10, 100, 1000)), 0.0).crossings
    assert one.interval == pytest.approx((10, 100))
    assert not one.closely


def test_two_sizes_that_lie_apart_are_enough_to_cross_between_them():
    found = course(curve((0.3, -0.3), sizes=(1, 64)), 0.0)
    assert (found.start, found.end) == (ABOVE, BELOW)
    assert found.crossings[0].interval == pytest.approx((1, 64))


def test_each_segment_is_told_by_the_processes_that_measured_both_its_ends():
    early = curve((0.3, -0.3), sizes=(64, 216))
    late = {
        size: {number + 4: value for number, value in row.items()}
        for size, row in curve((0.3, 0.2, 0.1, -0.3)).items()
    }
    joined = {size: {**early.get(size, {}), **row} for size, row in late.items()}
    assert course(joined, 0.0) == course(late, 0.0)


def test_two_processes_give_an_estimate_and_say_why_no_interval():
    (one,) = course(curve((0.3, 0.1, -0.1, -0.3), wiggle=(-0.01, 0.01)), 0.0).crossings
    assert one.size == pytest.approx(math.sqrt(96 * 144))
    assert one.interval is None
    assert one.reason == "2 of the 3 processes that an interval needs measured it"


def test_processes_that_do_not_differ_at_all_give_no_interval():
    (one,) = course(curve((0.3, 0.1, -0.1, -0.3), wiggle=(0.0,) * 3), 0.0).crossings
    assert one.interval is None
    assert "do not differ at all" in one.reason


def test_sizes_that_no_process_shares_are_open():
    apart = {64: {0: 0.3, 1: 0.31, 2: 0.32}, 96: {3: -0.3, 4: -0.31, 5: -0.32}}
    assert course(apart, 0.0).open == (pytest.approx((64, 96)),)


@pytest.mark.simulation
@pytest.mark.parametrize("processes", [3, 4, 8])
def test_the_interval_holds_the_true_size_95_of_100_times(processes):
    """Of the size at which predict takes twice what the fastest other way takes, on made-up costs."""
    source = np.random.default_rng(1)
    sizes = np.array([1600, 2500, 4000, 6400, 10000])
    fixed, slow, quick, noise = 50.0, 0.01, 0.01, 0.03
    true = fixed / (2 * quick - slow)
    assert sizes[2] < true < sizes[3]
    truth = np.log((fixed + slow * sizes) / (quick * sizes))
    runs, held = 4000, 0
    for _ in range(runs):
        drawn = truth + source.normal(0, noise, (processes, len(sizes)))
        points = {int(size): dict(enumerate(drawn[:, place])) for place, size in enumerate(sizes)}
        found = course(points, math.log(2))
        spans = [one.interval for one in found.crossings] + list(found.open)
        held += any(low <= true <= high for low, high in spans)
    assert 0.94 <= held / runs <= 0.965
