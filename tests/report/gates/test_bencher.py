"""What was measured, as Bencher reads it; the schema is that of its reference."""

import dataclasses
import json

import jsonschema
import pytest

from profiler.comparison.runs import compare
from profiler.comparison.sides import Chosen
from profiler.report.gates import bencher
from profiler.results import build
from tests.comparison.made_sides import FAST, STEADY, of_two
from tests.report import sample
from tests.report.made_run import COMPILED, SLUG, write
from tests.report.pages.test_beside import made as two_sides

METRIC = {
    "type": "object",
    "properties": {name: {"type": "number"} for name in ("value", "lower_value", "upper_value")},
    "required": ["value"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "patternProperties": {".+": {"type": "object", "patternProperties": {".+": METRIC}, "minProperties": 1}},
}


def checked(text):
    found = json.loads(text)
    jsonschema.validate(found, SCHEMA)
    return found


def test_times_are_in_ns_with_our_interval_as_bounds(tmp_path):
    report = build.build(write(tmp_path / "a", STEADY))
    (latency,) = (one.latency_ms for one in report.variants)
    found = checked(bencher.of_report(report))[f"{SLUG}:{COMPILED.id}"]
    assert found["latency"]["value"] == pytest.approx(latency.median * 1e6)
    ends = found["latency"]["lower_value"], found["latency"]["upper_value"]
    assert ends == pytest.approx([1e6 * end for end in latency.interval])
    assert "p95-latency" not in found


def test_counts_and_growth_stand_beside_them_and_what_is_unknown_is_left_out():
    report = sample.report()
    found = checked(bencher.of_report(report))
    assert set(found["tf2.21.0-py3.11:tiny/compiled/predict/b32"]) == {
        "latency",
        "p95-latency",
        "graphs-traced-per-call",
        "resident-bytes-per-call",
    }
    assert "lower_value" not in found["tf2.21.0-py3.11:tiny/compiled/predict/b32"]["latency"]
    unknown = dataclasses.replace(
        report.variants[0], latency_ms=None, growth=None, graphs_traced_per_call=None
    )
    assert checked(bencher.of_report(dataclasses.replace(report, variants=(unknown,)))) == {}


def test_a_ratio_is_told_where_its_interval_holds_the_drift(tmp_path):
    run = of_two(tmp_path / "a")
    within = checked(bencher.of_comparison(compare(Chosen(run, COMPILED.id), Chosen(run, FAST.id))))
    assert within[f"{SLUG}:{FAST.id}"]["ratio"]["value"] == pytest.approx(0.01, rel=0.02)
    between = checked(bencher.of_comparison(compare(Chosen(write(tmp_path / "b", STEADY)), Chosen(run))))
    assert set(between) == {f"{SLUG}:{COMPILED.id}"} and "ratio" not in between[f"{SLUG}:{COMPILED.id}"]


def test_this_side_has_its_ratio_to_the_base_and_the_base_has_none():
    held = checked(bencher.of_report(two_sides()))
    ratios = {name: measures["ratio"] for name, measures in held.items() if "ratio" in measures}
    assert ratios and not any(name.startswith("base:") for name in ratios)
    assert all(one == {"value": 1.25, "lower_value": 1.2, "upper_value": 1.3} for one in ratios.values())
