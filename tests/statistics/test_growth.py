"""What a quantity is said to grow by, of readings whose growth is known."""

import numpy as np
import pytest

from profiler.statistics import Blocks, growth
from profiler.statistics.growth import growth_rate, judge_growth, slowing
from profiler.statistics.intervals import Estimate
from profiler.statistics.signed_rank import hodges_lehmann

KIB, MIB = 1024.0, 1024.0**2
LIMIT = 64 * KIB
BLOCKS, CALLS = 6, 2


def noisy(seed, per_call=0.0, processes=3, step=None):
    """Return the rates of blocks of two calls: pages that come and go, and a step where one is given."""
    numbers = np.random.default_rng(seed)
    made = {}
    for process in range(processes):
        grown = CALLS * per_call + numbers.normal(0, 12 * KIB, BLOCKS)
        if step is not None and process == 0:
            grown[3] += step
        made[process] = grown / CALLS
    return made


def said(rates):
    return judge_growth(growth_rate(rates), LIMIT)


def test_a_mebibyte_a_call_grows():
    found = growth_rate(noisy(1, MIB))
    assert judge_growth(found, LIMIT) == growth.GROWS
    assert found.value == pytest.approx(MIB, rel=0.02)
    assert found.low < MIB < found.high


@pytest.mark.parametrize("seed", range(20))
def test_an_allocator_that_takes_8_megabytes_once_does_not_grow(seed):
    assert said(noisy(seed, step=8e6)) == growth.STEADY


def test_a_step_bends_a_line_through_the_levels():
    """Why a process's rate is no least-squares slope of what was read."""
    rates = noisy(1, step=8e6)[0]
    levels = np.concatenate([[0], np.cumsum(rates * CALLS)])
    assert np.polyfit(np.arange(BLOCKS + 1) * CALLS, levels, 1)[0] > LIMIT
    assert hodges_lehmann(rates) < LIMIT


def test_what_never_changes_is_steady_with_an_interval_of_no_width():
    found = growth_rate({number: np.zeros(BLOCKS) for number in range(3)})
    assert (found.value, found.interval) == (0.0, (0.0, 0.0))
    assert judge_growth(found, 0.05) == growth.STEADY


def test_growth_about_the_smallest_one_cannot_be_told():
    rates = {number: np.full(BLOCKS, LIMIT * factor) for number, factor in enumerate((0.8, 1.0, 1.2))}
    assert said(rates) == "cannot tell"


def test_processes_that_differ_give_a_wide_interval():
    rates = {number: np.full(BLOCKS, value * MIB) for number, value in enumerate((0.0, 1.0, 2.0))}
    found = growth_rate(rates)
    assert found.low < 0 < LIMIT < found.high


def test_one_process_gives_the_interval_over_its_blocks():
    found = growth_rate(noisy(3, MIB, processes=1))
    assert judge_growth(found, LIMIT) == growth.GROWS
    assert "over the blocks of one process" in found.reason


def test_too_few_blocks_of_one_process_cannot_tell():
    found = growth_rate({0: np.full(5, MIB)})
    assert (found.value, found.interval) == (MIB, None)
    assert judge_growth(found, LIMIT) == "cannot tell"


@pytest.mark.parametrize("rates", [{}, {0: np.array([])}])
def test_what_was_not_read_is_not_known(rates):
    assert growth_rate(rates) == Estimate(None, None, None, "it was not read")


def timed(slopes, noise=0.0, blocks=10, seed=5):
    """Return calls of 1 ms that take so much longer by the end of each process, as a fraction."""
    numbers = np.random.default_rng(seed)
    calls = 4
    made = {}
    for process, change in enumerate(slopes):
        logs = np.log1p(change) * (np.arange(blocks * calls) + 0.5) / (blocks * calls)
        durations = 1e6 * np.exp(logs + numbers.normal(0, noise, blocks * calls))
        made[process] = [np.rint(part).astype(np.int64) for part in np.split(durations, blocks)]
    return Blocks(made)


def test_calls_that_become_slower_are_said_to():
    found = slowing(timed([0.3, 0.3, 0.3], noise=0.01))
    assert found.value == pytest.approx(0.3, abs=0.03)
    assert judge_growth(found, 0.05) == growth.GROWS


def test_calls_that_take_the_same_all_along_are_steady():
    assert judge_growth(slowing(timed([0.0] * 4, noise=0.005)), 0.05) == growth.STEADY


def test_calls_of_two_processes_have_no_interval():
    found = slowing(timed([0.3, 0.3]))
    assert found.value == pytest.approx(0.3, abs=0.01)
    assert (found.interval, judge_growth(found, 0.05)) == (None, "cannot tell")


def test_a_single_block_tells_nothing_of_time():
    assert slowing(Blocks({0: [np.array([5, 6])]})).value is None


def test_rounds_that_a_variant_sat_out_are_no_blocks():
    whole = timed([0.3] * 3)
    held = {
        number: [part for one in blocks for part in (one, one[:0])]
        for number, blocks in whole.processes.items()
    }
    assert slowing(Blocks(held)) == slowing(whole)
