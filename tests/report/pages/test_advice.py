"""The page of the advice."""

import dataclasses

from profiler.advice.document import Advice, Gain, Wait
from profiler.report.pages import advice
from tests.advice.made_up import OTHER, way
from tests.report import drawing

FOUND = Advice(
    "predict",
    (
        way("predict_on_batch", 0.01, call_ms=0.5),
        way("call", 0.05, outputs=OTHER),
        dataclasses.replace(
            way("openvino", 0.5), ratio=None, status="not installed", reason="openvino is not installed"
        ),
    ),
    "predict_on_batch",
    Gain(100.0, (90.0, 110.0)),
    "at 32 rows a call",
    "--- a\n+++ a\n@@ -1 +1 @@\n-y = model.predict(x, verbose=0)\n+y = model.predict_on_batch(x)\n",
    "it is",
    "e",
    "tiny",
    "32 rows",
    50.0,
    Wait(40.0, 2, 9),
    ("all values are NaN",),
)


def test_the_answer_and_its_diff_come_first():
    lines = drawing.terminal(advice.page(FOUND)).splitlines()
    assert lines[0] == "tiny: call predict_on_batch, 100 times as fast (90.0..110), at 32 rows a call."
    assert "+y = model.predict_on_batch(x)" in lines[:8]
    assert "once: 50.0 ms, paid back after 2 calls" in lines


def test_each_way_has_its_row_and_each_reason_its_line():
    text = drawing.terminal(advice.page(FOUND))
    assert "openvino: openvino is not installed" in text
    assert "call: outputs: 32 of 32 values, by at most 0.5" in text
    assert "waits 40 ms in 2 of 9 calls" in text
    assert "- all values are NaN" in text


def test_where_nothing_is_recommended_the_reason_is_the_answer():
    none = dataclasses.replace(FOUND, recommended=None, gain=None, diff=None, why="nothing to gain here")
    assert drawing.terminal(advice.page(none)).startswith("tiny: nothing to gain here.\n")


def test_the_flat_table_has_every_way():
    header, *rows = drawing.csv(advice.page(FOUND)).splitlines()
    assert header.startswith("id,ratio,verdict")
    assert [row.partition(",")[0] for row in rows] == ["predict_on_batch", "call", "openvino"]
