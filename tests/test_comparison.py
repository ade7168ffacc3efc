import numpy as np
import pytest

from profiler import comparison
from profiler.comparison import Timed
from profiler.protocol.words import Variant

ENV = "tf2.21.0-py3.11"
PREDICT = Variant("tiny", "compiled", "predict", 32, 32)


def timed(variant, **processes):
    return Timed(ENV, variant, {int(k[1:]): np.array(v, dtype=np.int64) for k, v in processes.items()})


def test_a_ratio_is_taken_within_processes_so_that_a_slow_process_hits_both_alike():
    a = timed(PREDICT, p0=[10, 10], p1=[1000, 1000])
    b = timed(PREDICT._replace(entry_point="call"), p0=[20, 20], p1=[2000, 2000])
    assert comparison.ratio(a, b) == pytest.approx(2.0)


def test_a_process_that_measured_only_one_of_them_is_left_out_of_the_pairs():
    a = timed(PREDICT, p0=[10], p1=[5000])
    b = timed(PREDICT._replace(entry_point="call"), p0=[30])
    assert comparison.ratio(a, b) == pytest.approx(3.0)


def test_without_a_shared_process_the_geometric_means_are_compared():
    a = timed(PREDICT, p0=[10], p1=[1000])
    b = timed(PREDICT, p2=[200])
    assert comparison.ratio(a, b) == pytest.approx(2.0)


def test_compiled_is_compared_with_uncompiled_and_entry_points_with_predict():
    uncompiled = timed(PREDICT._replace(compile_state="uncompiled"), p0=[1])
    compiled = timed(PREDICT, p0=[1])
    call = timed(PREDICT._replace(entry_point="call"), p0=[1])
    found = [(b.variant, c.variant) for b, c in comparison.pairs([uncompiled, compiled, call])]
    assert found == [(uncompiled.variant, compiled.variant), (compiled.variant, call.variant)]


def test_other_workloads_batches_and_environments_are_never_compared():
    others = [
        timed(PREDICT, p0=[1]),
        timed(PREDICT._replace(workload="medium", compile_state="uncompiled"), p0=[1]),
        timed(PREDICT._replace(batch_size=8, compile_state="uncompiled"), p0=[1]),
        Timed("tf2.0.0-py3.7", PREDICT._replace(compile_state="uncompiled"), {0: np.array([1])}),
    ]
    assert list(comparison.pairs(others)) == []
