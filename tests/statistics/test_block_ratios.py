import numpy as np
import pytest
from scipy import stats

from profiler.statistics import BlockPairs, block_ratio
from profiler.statistics.block_ratios import tails

RUNS = 1000
TRUE = 1.3


def blocks(source, pairs, calls=5, level=1.0, tail=0.0):
    """Blocks with the instrument off and on; the moment slows both, and some calls stall."""
    moments = np.exp(source.normal(0, 0.1, pairs))

    def side(factor):
        noise = np.exp(source.normal(0, 0.05, (pairs, calls)))
        stalled = 1 + 5 * (source.random((pairs, calls)) < tail)
        return list((50e6 * factor * moments[:, None] * noise * stalled).astype(np.int64))

    return BlockPairs(side(1.0), side(TRUE * level))


@pytest.mark.simulation
@pytest.mark.parametrize(("pairs", "tail"), [(6, 0.0), (9, 0.0), (16, 0.1), (40, 0.0)])
def test_the_interval_over_blocks_holds_the_true_ratio(pairs, tail):
    source = np.random.default_rng(3)
    found = [block_ratio({0: blocks(source, pairs, tail=tail)}) for _ in range(RUNS)]
    covered = np.mean([one.low <= TRUE <= one.high for one in found])
    assert covered >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / RUNS)


@pytest.mark.simulation
@pytest.mark.parametrize("processes", [3, 5])
def test_the_interval_over_processes_holds_the_true_ratio(processes):
    source = np.random.default_rng(4)

    def once():
        levels = np.exp(source.normal(0, 0.05, processes))
        return block_ratio({n: blocks(source, 8, level=level) for n, level in enumerate(levels)})

    covered = np.mean([one.low <= TRUE <= one.high for one in (once() for _ in range(RUNS))])
    assert abs(covered - 0.95) <= 3 * np.sqrt(0.05 * 0.95 / RUNS)


def test_it_is_the_median_of_the_ratios_of_blocks_side_by_side():
    """Over the whole process the medians would say 2: the machine slowed down between."""
    off, on = [[10, 10], [100], [1000, 1000]], [[20], [110, 110], [1500, 1500]]
    found = block_ratio({0: BlockPairs(*(list(map(np.array, side)) for side in (off, on)))})
    assert found.value == pytest.approx(1.5)
    assert (found.interval, found.reason) == (None, "3 blocks are too few for an interval")


def test_six_pairs_give_an_interval_from_the_least_to_the_greatest_ratio():
    pairs = BlockPairs([np.array([100])] * 6, [np.array([100 + n]) for n in range(6)])
    found = block_ratio({4: pairs})
    assert (found.low, found.value, found.high) == (1.0, 1.025, 1.05)
    assert "one process" in found.reason


def test_a_round_in_which_one_of_them_had_no_call_is_left_out():
    empty = np.array([], np.int64)
    pairs = BlockPairs([np.array([10]), empty, np.array([10])], [np.array([20]), np.array([90])])
    assert block_ratio({0: pairs}).value == 2
    assert block_ratio({0: BlockPairs([empty], [np.array([1])])}).value is None


def test_the_ranks_are_those_of_the_sign_test():
    for count in (1, 5, 6, 8, 9, 25, 100):
        cut = int(tails(count))
        assert cut == 0 or stats.binom.cdf(cut - 1, count, 0.5) <= 0.025
        assert stats.binom.cdf(cut, count, 0.5) > 0.025
