"""The points of a sweep whose times are known."""

import pytest

from tests.results.sweep.known import FUNCTION, PREDICT, swept


def test_overhead_is_predict_s_time_beyond_the_fastest_other_way(tmp_path):
    found = swept(tmp_path, {PREDICT: {1: 50.0, 8: 60.0}, FUNCTION: {1: 0.5, 8: 30.0}})
    first, second = found.points
    assert first.overhead.value == pytest.approx(0.99, abs=1e-4)
    assert second.overhead.value == pytest.approx(0.5, abs=1e-4)
    low, high = second.overhead.interval
    assert low < 0.5 < high
    assert (first.best, first.fastest_other) == ("compiled/function",) * 2


def test_overhead_is_unknown_where_the_fastest_other_way_was_left_out(tmp_path):
    """A round on predict against a slow way said 35 % between sizes at which it was 85 and 63 %."""
    call = ("compiled", "call")
    times = {
        PREDICT: {1: 50.0, 4: 60.0, 8: 70.0},
        FUNCTION: {1: 1.0, 8: 20.0},
        call: {1: 2.0, 4: 40.0, 8: 60.0},
    }
    first, between, last = swept(tmp_path, times).points
    assert (between.overhead.value, between.fastest_other, between.best) == (None, None, None)
    assert "the fastest other way" in between.overhead.reason
    assert first.overhead.value == pytest.approx(0.98, abs=1e-3)
    assert last.overhead.value == pytest.approx(1 - 20 / 70, abs=1e-3)


def test_overhead_is_below_0_where_predict_is_the_fastest(tmp_path):
    found = swept(tmp_path, {PREDICT: {1: 50.0, 8: 60.0}, FUNCTION: {1: 0.5, 8: 120.0}})
    last = found.points[-1]
    assert last.overhead.value == pytest.approx(-1.0, abs=1e-3)
    assert last.best == "compiled/predict"
    assert last.as_good == ()


def test_ways_that_differ_by_less_than_matters_are_as_good(tmp_path):
    found = swept(tmp_path, {PREDICT: {1: 50.0, 8: 50.0}, FUNCTION: {1: 50.5, 8: 100.0}})
    assert found.points[0].as_good == ("compiled/function",)
    assert found.points[1].as_good == ()


def test_compute_is_known_where_it_was_traced(tmp_path):
    found = swept(tmp_path, {PREDICT: {1: 50.0, 8: 60.0}, FUNCTION: {1: 0.5, 8: 30.0}})
    assert [one.compute.value for one in found.points] == [0.25, None]
    assert found.points[1].compute.reason == "not traced at this point"
