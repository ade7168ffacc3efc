import numpy as np
import pytest

from benchmarks.simulate_coverage import Machine, process_ratios, simulate
from profiler.statistics import Blocks, paired_ratio, unpaired_ratio
from profiler.statistics.intervals import spread_of
from profiler.statistics.pairing import process_log_ratios
from tests.statistics.sample import blocks
from tests.statistics.simulated import coverage, holds_95, ratios

MEDIANS = [50e6, 52e6, 55e6, 49e6]


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


@pytest.mark.simulation
@pytest.mark.parametrize("drift", [0.0, 0.3])
@pytest.mark.parametrize("noise", [0.03, 0.10])
@pytest.mark.parametrize("processes", [3, 5, 7])
def test_the_paired_interval_holds_the_true_ratio_in_95_of_100(processes, noise, drift):
    machine = Machine(noise=noise, drift=drift, wander=drift / 15)
    logs = ratios(machine, processes, true_ratio=1.07)
    assert holds_95(coverage(spread_of(logs), np.log(1.07)))


@pytest.mark.parametrize("processes", [3, 5])
def test_stalls_and_a_longer_tail_of_one_variant_do_not_bias_the_ratio_of_medians(processes):
    logs = ratios(Machine(noise=0.01, stalls=0.03, tail=0.1), processes, rounds=14)
    assert holds_95(coverage(spread_of(logs), 0.0))
