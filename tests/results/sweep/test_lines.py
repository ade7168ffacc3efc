"""Where the lines of a sweep whose times are known cross."""

import math

import pytest

from tests.results.sweep.known import FUNCTION, PREDICT, swept


def test_a_way_that_was_not_measured_at_a_point_says_so_and_lines_go_on_without_it(tmp_path):
    found = swept(tmp_path, {PREDICT: {1: 50.0, 8: 60.0, 64: 90.0}, FUNCTION: {1: 0.5, 64: 80.0}})
    middle = found.points[1]
    assert middle.ms["compiled/function"].reason == "not measured at this point"
    assert middle.overhead.value is None
    half = next(one for one in found.lines if one.level == 0.5)
    (one,) = half.crossings
    assert one.interval == pytest.approx((1, 64))
    assert not one.closely


def test_lines_say_where_overhead_falls_and_which_way_overtakes_which(tmp_path):
    sizes = (1000, 1500, 2250, 3400)
    predict = dict.fromkeys(sizes, 50.0)
    function = {size: 40.0 * size / 2000 for size in sizes}
    found = swept(tmp_path, {PREDICT: predict, FUNCTION: function})
    half, tenth, ways = found.lines
    assert half.level == 0.5
    assert half.crossings[0].size == pytest.approx(1250, rel=0.01)
    assert tenth.crossings[0].size == pytest.approx(2250, rel=0.01)
    assert (ways.kind, ways.way, ways.other) == ("ways", "compiled/predict", "compiled/function")
    assert ways.crossings[0].size == pytest.approx(2500, rel=0.01)
    for one in found.lines:
        low, high = one.crossings[0].interval
        assert low < one.crossings[0].size < high
        # twice the t interval of three processes that differ by 1 % each way
        assert math.log(high / low) == pytest.approx(2 * 4.3027 * 0.02 / math.sqrt(3), rel=0.05)


def test_ways_that_are_the_same_everywhere_are_not_said_to_cross(tmp_path):
    same = {PREDICT: {1: 50.0, 8: 50.0}, FUNCTION: {1: 50.1, 8: 49.9}}
    assert swept(tmp_path, same, (0.999, 1.0, 1.001)).lines[-1].status == "same"
