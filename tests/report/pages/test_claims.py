"""The study's claims with their verdicts, as people and programs read them."""

import dataclasses
import json

import pytest

from profiler.report.pages import claims as pages
from profiler.results import build
from profiler.study import claims
from tests import reference
from tests.report import drawing


@pytest.fixture(scope="module")
def report():
    return build.build(reference.FOLDER / "tf2.0.0-py3.7")


def page(report, failures=()):
    return pages.page(claims.judge(report), dict(failures), report)


def test_the_published_value_stands_beside_the_measured_one(report):
    shown = drawing.terminal(page(report, {"9.9.9": "no such release"}))
    assert "81 % and, inside it, 72 %" in shown
    assert "share of process_inputs, tiny compiled: 68.5 %" in shown
    assert "9.9.9: failed: no such release" in shown


def test_in_a_narrow_window_what_was_measured_stands_below_each_release(report):
    shown = drawing.terminal(page(report), 80)
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert (
        "   2.0.0: reproduced\n      loop, tiny uncompiled: training_arrays.ArrayLikeTrainingLoop\n" in shown
    )
    assert "      why: share of process_inputs, medium compiled: medium compiled was not\n" in shown


def test_without_a_limit_of_width_each_release_is_one_line(report):
    shown = drawing.terminal(page(report))
    assert "   2.0.0  loop, tiny uncompiled: training_arrays.ArrayLikeTrainingLoop; loop, tiny" in shown
    # an empty column beside it made this line fold
    assert "graphs, tiny compiled: 3  reproduced" in shown


def test_the_json_holds_every_claim_with_a_result_for_each_environment(report):
    warned = dataclasses.replace(report, warnings=("the machine was busy",))
    found = json.loads(json.dumps(page(warned, {"2.1.0": "why"}).document()))
    assert (found["schema"], found["warnings"], found["failures"]) == (
        "kprof.claims/1",
        ["the machine was busy"],
        {"2.1.0": "why"},
    )
    assert [claim["number"] for claim in found["claims"]] == list(range(1, 12))
    measured = found["claims"][2]["results"][0]["measured"][0]
    assert measured["value"] == pytest.approx(0.6847, abs=1e-4)
    assert set(measured) == {"quantity", "value", "interval", "reason", "remark", "lacking"}


def test_the_flat_table_has_a_row_for_each_quantity_of_a_claim(report):
    found = page(report).records()
    rows = [dict(zip(found.header, row, strict=True)) for row in found.rows]
    assert {row["claim"] for row in rows} == set(range(1, 12))
    (loop, *_) = [row for row in rows if row["quantity"] == "loop, tiny uncompiled"]
    assert (loop["release"], loop["claimed_here"], loop["value"]) == (
        "2.0.0",
        True,
        "training_arrays.ArrayLikeTrainingLoop",
    )
