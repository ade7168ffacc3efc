from types import SimpleNamespace

import numpy as np
import pytest

from profiler.protocol.switching import Switched
from profiler.protocol.vocabulary import Variant
from profiler.results import speed
from profiler.results.speed import Timed
from profiler.runs.manifest import SideBySide
from profiler.statistics import Blocks

ENV = "tf2.21.0-py3.11"
PREDICT = Variant("tiny", "compiled", "predict", 32, 32)
CALL = PREDICT.differing(entry_point="call")


def timed(variant, environment=ENV, **processes):
    blocks = {int(name[1:]): [np.array(values, np.int64)] for name, values in processes.items()}
    return Timed(environment, variant, Blocks(blocks))


def ratio(baseline, candidate):
    return speed.verdict(baseline, candidate, 0.05, None).ratio.value


def test_a_ratio_is_taken_within_processes_so_that_a_slow_process_hits_both_alike():
    a = timed(PREDICT, p0=[10, 10], p1=[1000, 1000])
    b = timed(CALL, p0=[20, 20], p1=[2000, 2000])
    assert ratio(a, b) == pytest.approx(2.0)


def test_a_process_that_measured_only_one_of_them_is_left_out_of_the_pairs():
    assert ratio(timed(PREDICT, p0=[10], p1=[5000]), timed(CALL, p0=[30])) == pytest.approx(3.0)


def test_without_a_shared_process_the_geometric_means_are_compared():
    assert ratio(timed(PREDICT, p0=[10], p1=[1000]), timed(PREDICT, p2=[200])) == pytest.approx(2.0)


def test_fewer_than_three_processes_give_a_ratio_without_an_interval_and_say_why():
    found = speed.verdict(timed(PREDICT, p0=[10]), timed(CALL, p0=[30]), 0.05, None)
    assert found.ratio.interval is None
    assert found.word == "cannot tell"
    assert found.reason or found.ratio.reason


def test_three_processes_that_agree_decide():
    a = timed(PREDICT, p0=[1000], p1=[1010], p2=[1005])
    b = timed(CALL, p0=[2000], p1=[2030], p2=[2010])
    found = speed.verdict(a, b, 0.05, None)
    assert found.word == "differs"
    assert found.ratio.low < 2.0 < found.ratio.high


def test_compiled_is_compared_with_uncompiled_and_entry_points_with_predict():
    uncompiled = timed(PREDICT.differing(compile_state="uncompiled"), p0=[1])
    compiled, call = timed(PREDICT, p0=[1]), timed(CALL, p0=[1])
    found = [(b.variant, c.variant) for b, c in speed.pairs([uncompiled, compiled, call])]
    assert found == [(uncompiled.variant, compiled.variant), (compiled.variant, call.variant)]


def test_other_workloads_batches_and_environments_are_never_compared():
    uncompiled = PREDICT.differing(compile_state="uncompiled")
    others = [
        timed(PREDICT, p0=[1]),
        timed(uncompiled.differing(workload="medium"), p0=[1]),
        timed(uncompiled.differing(batch_size=8), p0=[1]),
        timed(uncompiled, environment="tf2.0.0-py3.7", p0=[1]),
    ]
    assert list(speed.pairs(others)) == []


def capture(instrument, process=0, calls=(), switched=(), status="ok"):
    """A capture whose calls are given by round."""
    rounds = [np.array(one, np.int64) for one in calls]
    return SimpleNamespace(
        instrument=instrument,
        process=process,
        usable=status == "ok",
        timed=True,
        manifest=SimpleNamespace(switched=[Switched(*one) for one in switched]),
        blocks_ns=lambda: rounds,
        durations_ns=lambda: np.concatenate(rounds),
    )


def test_the_overhead_is_that_of_blocks_in_the_same_process():
    """It was a profiled process's median over those of others, which differ by more than instruments cost."""
    found = speed.overheads(
        [
            capture("wall", 0, [[100], [200]]),
            capture("cprofile", 5, [[900], [990]], [([600], [900]), ([660], [990])]),
        ]
    )
    assert found["cprofile"].ratio == pytest.approx(1.5)


def test_probes_are_set_beside_the_blocks_of_wall_of_their_process_and_round():
    wall = [capture("wall", n, [[100 * n], [200 * n], [400 * n]]) for n in (1, 2)]
    probes = [capture("probes", n, [[102 * n], [202 * n], [404 * n]]) for n in (1, 2)]
    found = speed.overheads([*wall, *probes])["probes"]
    assert found.ratio == pytest.approx(1.01)
    assert found.interval == pytest.approx((1.01, 1.02))


def test_from_three_processes_on_the_interval_is_over_processes():
    wall = [capture("wall", n, [[100], [100]]) for n in range(3)]
    probes = [capture("probes", n, [[100 + n], [100 + n]]) for n in range(3)]
    found = speed.overheads([*wall, *probes])["probes"]
    assert found.interval[0] < 1.0 < found.ratio < 1.02 < found.interval[1]


def test_a_capture_without_blocks_beside_it_is_compared_with_other_processes():
    found = speed.overheads([capture("wall", 0, [[100]]), capture("cprofile", 3, [[150]])])
    assert (found["cprofile"].ratio, found["cprofile"].interval) == (pytest.approx(1.5), None)


def test_an_instrument_tells_its_overhead_without_any_wall():
    switched = [([100], [110 + n]) for n in range(6)]
    found = speed.overheads([capture("cprofile", 0, [[110]], switched)])["cprofile"]
    assert found.interval == pytest.approx((1.1, 1.15))
    assert speed.overheads([capture("probes", 0, [[110]])]) == {}


SIDES = SideBySide(this="here", base="there", spec="git:main")


def test_each_variant_of_one_side_is_compared_with_the_same_of_the_base():
    calls = {"p0": [1]}
    ones = [timed(variant, slug, **calls) for slug in ("here", "there") for variant in (PREDICT, CALL)]
    found = [(b.id, c.id) for b, c in speed.pairs(ones, SIDES)]
    assert found[2:] == [(f"there:{variant.id}", f"here:{variant.id}") for variant in (PREDICT, CALL)]


def test_a_model_of_another_name_is_the_same_variant_where_none_has_the_name():
    other = [one.differing(workload="other") for one in (PREDICT, CALL)]
    assert list(speed.across([PREDICT, CALL], other)) == list(zip([PREDICT, CALL], other, strict=True))
    assert list(speed.across([PREDICT], [*other, PREDICT])) == [(PREDICT, PREDICT)]
    assert list(speed.across([PREDICT], [CALL, PREDICT.differing(rows=8)])) == []


def test_one_more_process_of_two_sides_costs_both():
    one, other = timed(PREDICT, "here", p0=[1]), timed(PREDICT.differing(workload="other"), "there", p0=[1])
    cost_s = {"tiny": 5.0, "other": 7.0}
    assert speed._process_s(cost_s, one, timed(CALL, "here", p0=[1])) == 5.0
    assert speed._process_s(cost_s, other, one) == 12.0
    assert speed._process_s({"tiny": 5.0}, other, one) is None
