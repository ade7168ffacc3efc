"""What a sweep says of runs whose times are known: points, lines, and what is not known."""

import dataclasses
import math

import pytest

from profiler.plan import rounds, sweep
from profiler.plan.request import Request
from profiler.results.sweep import build
from profiler.runs import record
from profiler.runs.manifest import SweepEntry
from tests.report import made_run

WIGGLE = (0.99, 1.0, 1.01)
PREDICT, FUNCTION = ("compiled", "predict"), ("compiled", "function")


def swept(path, times, **given):
    """Return what a sweep by rows says of medians by way and rows, in ms, which three processes see."""
    sizes = sorted({size for by_size in times.values() for size in by_size})
    base = Request(compile_states=("compiled",), entry_points=("predict", "function"))
    asked = sweep.request("tiny", base, rows=sweep.given("rows", sizes), **given)
    medians = {
        asked.variant(size, way): [ms * one ** (1 if way == PREDICT else -1) for one in WIGGLE]
        for way, by_size in times.items()
        for size, ms in by_size.items()
    }
    run = record.read(made_run.write(path / "run", medians))
    entry = SweepEntry(asked, [rounds.first_round(asked)])
    return build.of_run(run, entry, {asked.variant(sizes[0], PREDICT): 0.25})


def test_overhead_is_predict_s_time_beyond_the_fastest_other_way(tmp_path):
    found = swept(tmp_path, {PREDICT: {1: 50.0, 8: 60.0}, FUNCTION: {1: 0.5, 8: 30.0}})
    first, second = found.points
    assert first.overhead.value == pytest.approx(0.99, abs=1e-4)
    assert second.overhead.value == pytest.approx(0.5, abs=1e-4)
    low, high = second.overhead.interval
    assert low < 0.5 < high
    assert (first.best, first.fastest_other) == ("compiled/function",) * 2


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


def test_ways_that_are_the_same_everywhere_are_not_said_to_cross(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.results.sweep.test_build.WIGGLE", (0.999, 1.0, 1.001))
    same = {PREDICT: {1: 50.0, 8: 50.0}, FUNCTION: {1: 50.1, 8: 49.9}}
    assert swept(tmp_path, same).lines[-1].status == "same"


def test_the_json_names_its_schema_and_holds_every_point(tmp_path):
    found = swept(tmp_path, {PREDICT: {1: 50.0, 8: 60.0}, FUNCTION: {1: 0.5, 8: 30.0}})
    held = found.to_json()
    assert held["schema"] == "kprof.sweep/1"
    assert [one["size"] for one in held["points"]] == [1, 8]
    assert dataclasses.replace(found, run="x").to_json()["run"] == "x"
