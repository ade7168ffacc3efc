"""The sentences of a sweep, for each way in which a line may lie."""

import pytest

from profiler.report import formats
from profiler.report.pages import sweep as pages
from profiler.results.sweep.document import LineCrossing
from tests.report.swept import CROSSING, FUNCTION, PREDICT, UNCOMPILED, line, sweep

RISES = LineCrossing(9000.0, (8500.0, 9900.0), True, True)


def told(*lines, axis="rows"):
    return formats.draw("markdown", pages.page(sweep("tiny", *lines, axis=axis)))


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (line("crosses", CROSSING), "predict's overhead falls below 50 % at 4500 to 5300 rows (about 4900)"),
        (line("crosses", CROSSING, RISES), "then rises above 50 % at 8500 to 9900 rows"),
        (
            line("crosses", LineCrossing(64.0, (32.0, 128.0), False, False)),
            "at some size between the points 32 to 128 rows",
        ),
        (line("crosses", LineCrossing(64.0, None, False, True, "few")), "about 64 rows (no interval: few)"),
        (line("above", level=0.1), "stays above 10 % from 1 to 8192 rows (99.0 % at 1, 33.3 % at 8192)"),
        (
            line("cannot tell", open=((8.0, 64.0), (128.0, 1026.0))),
            "cannot tell where it falls below 50 %: it may anywhere from 8 to 1030 rows "
            "(the values alone pass it between 1 and 8192)",
        ),
    ],
)
def test_overhead_is_a_sentence_for_each_level(one, says):
    assert says in told(one)


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (line("crosses", CROSSING), "compiled predict becomes faster than function at 4500 to 5300 rows"),
        (line("crosses", RISES), "function becomes faster than compiled predict at 8500 to 9900 rows"),
        (line("above"), "function is faster than compiled predict at all sizes"),
        (line("below"), "compiled predict is faster than function at all sizes"),
        (line("same"), "compiled predict and function differ by less than 5% at every point"),
        (
            line("cannot tell", open=((8.0, 64.0),)),
            "compiled predict against function: cannot tell which is faster from 8 to 64 rows",
        ),
    ],
)
def test_two_ways_are_a_sentence(one, says):
    pair = line(one.status, *one.crossings, kind="ways", other=FUNCTION, level=None, open=one.open)
    assert says in told(pair)


def test_the_fastest_way_is_told_over_the_points_and_marked_in_the_table():
    text = told()
    assert "the fastest way at the points, by rows: function from 1 to 8192" in text
    assert "0.500 \\*" in text or "0.500 *" in text


def test_what_was_not_measured_is_a_dash_and_its_reason_is_told_once():
    assert told().count("not measured: no tiny") == 1


def test_models_are_told_one_by_one():
    assert "tiny: 99.0 % of predict's time is overhead" in told(line("above"), axis="model")


def test_records_have_a_row_for_each_point_and_way():
    rows = list(pages.page(sweep()).records().rows)
    assert [row[1] for row in rows] == [1] * 3 + [8192] * 3
    assert [row[5] for row in rows] == [UNCOMPILED, PREDICT, FUNCTION] * 2
