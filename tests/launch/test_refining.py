"""What a sweep measures next."""

import dataclasses

import pytest

from profiler.launch import refining
from profiler.launch.refining import Costs
from profiler.plan import sweep as planning
from profiler.plan.request import Request
from profiler.results.sweep.document import LineCrossing
from profiler.statistics.crossings import is_fine
from tests.report import swept

ASKED = planning.request("tiny", Request(entry_points=("predict", "function")))
APART = LineCrossing(300.0, (1.0, 8192.0), False, False)
CLOSE = LineCrossing(300.0, (295.0, 305.0), False, True)


def following(found, asked=ASKED, left_s=1e6):
    return refining.next_round(asked, found, Costs.of(asked, None, found.points), left_s, 1.0)


def test_sizes_between_points_that_lie_apart_are_filled_until_they_lie_close():
    found = following(swept.sweep("tiny", swept.line("crosses", APART)))
    assert found.sizes[0] == 1 and found.sizes[-1] == 8192
    assert all(map(is_fine, found.sizes, found.sizes[1:]))
    assert {part.ways for part in found.parts} == {(("compiled", "predict"), ("compiled", "function"))}
    assert found.processes == ASKED.processes + 2


def test_a_crossing_that_is_known_closely_needs_no_round():
    assert following(swept.sweep("tiny", swept.line("crosses", CLOSE))) is None


def test_a_round_that_does_not_fit_is_not_begun_and_one_that_nearly_does_has_fewer_processes():
    found = swept.sweep("tiny", swept.line("crosses", APART))
    assert following(found, left_s=1.0) is None
    whole = following(found)
    costs = Costs.of(ASKED, None, found.points)
    three_s = refining.round_s(ASKED, dataclasses.replace(whole, processes=3), costs)
    assert following(found, left_s=1.01 * three_s).processes == 3


def test_larger_sizes_follow_where_overhead_is_above_half_at_the_largest():
    points = (swept.point(1024, 60.0, 10.0), swept.point(4096, 90.0, 40.0))
    above = swept.line("above", start="above", end="above")
    found = dataclasses.replace(swept.sweep("tiny", above), points=points)
    # from here on predict takes 30 ms and function 30 ms more for each 3072 rows
    half = 4096 + 3072 * (90 - 80) / 30
    result = following(found)
    assert result.sizes[0] == 4096 and result.sizes[-1] == pytest.approx(1.6 * half, abs=2)
    bounded = planning.request("tiny", ASKED.base, rows=planning.sizes("1..4096", "rows"))
    assert following(found, bounded) is None


def test_one_larger_size_follows_where_there_is_no_time_for_many():
    points = (swept.point(1024, 60.0, 10.0), swept.point(4096, 90.0, 40.0))
    above = swept.line("above", start="above", end="above")
    found = dataclasses.replace(swept.sweep("tiny", above), points=points)
    many = following(found)
    fewest_s = refining.round_s(ASKED, dataclasses.replace(many, processes=3), Costs.of(ASKED, None, points))
    assert following(found, left_s=0.99 * fewest_s).sizes == (4096, many.sizes[-1])


def test_calls_cost_what_was_measured_and_go_on_along_a_line():
    costs = Costs.of(ASKED, None, (swept.point(100, 10.0, 1.0), swept.point(200, 20.0, 2.0)))
    predict = ("compiled", "predict")
    assert costs(ASKED.variant(150, predict)) == pytest.approx(0.015)
    assert costs(ASKED.variant(400, predict)) == pytest.approx(0.040)
    assert costs(ASKED.variant(1, predict)) == pytest.approx(0.010)


def test_calls_that_were_not_measured_cost_what_is_expected():
    costs = Costs.of(ASKED, None)
    predict = ("compiled", "predict")
    assert costs(ASKED.variant(3200, predict)) > costs(ASKED.variant(32, predict)) > 0


def test_models_side_by_side_have_no_further_round():
    asked = planning.request(None, Request(model="a.keras"), beside=("b.keras",))
    assert following(swept.sweep("tiny", swept.line("crosses", APART)), asked) is None
