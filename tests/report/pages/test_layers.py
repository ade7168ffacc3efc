"""The page of layers in windows of any width, short unless all is asked for."""

import dataclasses
import re

import pytest

from profiler.report.pages import layers as pages
from profiler.results import layers as results
from profiler.runs import record
from tests import reference
from tests.report import drawing


@pytest.fixture(scope="module")
def report():
    return results.of_run(record.read(reference.FOLDER / "layers" / "branches"), None).report


def rows(text):
    lines = text.splitlines()
    after = next(n for n, line in enumerate(lines) if line.lstrip().startswith("---")) + 1
    return lines[after : lines.index("", after)]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 160, None])
def test_every_layer_has_its_share_and_time_in_a_window_of_any_width(report, width):
    text = drawing.terminal(pages.page(report, whole=True), width)
    assert all(len(line) <= (width or len(line)) for line in text.splitlines())
    shares = re.findall(r"\d+\.\d %", "\n".join(rows(text)))
    assert len(shares) >= len(report.layers)
    assert "encoder/dense" in text
    assert "(no layer)" in text


def test_wide_windows_show_how_certain_it_is(report):
    assert rows(drawing.terminal(pages.page(report, whole=False)))[0].endswith("known")
    assert "certainty" in drawing.terminal(pages.page(report, whole=False), 80)


def many(report, count):
    """Return the report with many small layers."""
    one, none = report.layers[0], report.layers[-1]
    small = [
        dataclasses.replace(one, layer=f"small_{number}", share_of_compute=0.5 / count, ms=1.0)
        for number in range(count)
    ]
    large = dataclasses.replace(one, layer="large", share_of_compute=0.5)
    return dataclasses.replace(report, layers=(large, *small, none))


def test_small_layers_are_folded_into_one_row_before_what_belongs_to_none(report):
    shown = rows(drawing.terminal(pages.page(many(report, 100), whole=False)))
    assert len(shown) == 3
    assert shown[0].startswith("  large")
    assert shown[1].startswith("  (100 more: --all)")
    assert "50.0 %" in shown[1]
    assert shown[2].startswith("  (no layer)")


def test_no_more_than_a_dozen_layers_are_shown(report):
    assert len(rows(drawing.terminal(pages.page(many(report, 20), whole=False)))) == 12 + 2


def test_a_lone_small_layer_is_not_folded(report):
    made = many(report, 1)
    made = dataclasses.replace(
        made,
        layers=(made.layers[0], dataclasses.replace(made.layers[1], share_of_compute=0.001), made.layers[2]),
    )
    assert "small_0" in drawing.terminal(pages.page(made, whole=False))


def test_all_of_them_are_shown_when_asked_for_and_always_in_json_and_csv(report):
    made = many(report, 100)
    assert len(rows(drawing.terminal(pages.page(made, whole=True)))) == 102
    page = pages.page(made, whole=False)
    assert len(page.document()["layers"]) == 102
    assert len(drawing.csv(page).splitlines()) == 103


def test_the_json_holds_what_belongs_to_no_layer_as_null(report):
    document = pages.page(report, whole=False).document()
    assert document["schema"] == "kprof.layers/1"
    assert document["variant"] == "make/compiled/predict_on_batch/b32"
    last = document["layers"][-1]
    assert (last["layer"], last["scope"], last["entries_per_call"], last["use"]) == (None, None, None, 0)
    assert sum(one["share_of_compute"] for one in document["layers"]) == pytest.approx(1, abs=1e-9)


def test_what_cannot_be_told_is_said_and_idle_layers_are_named(report):
    idle = tuple(f"dropout_{number}" for number in range(9))
    made = dataclasses.replace(report, remarks=("odd kernels",), idle=idle)
    text = drawing.terminal(pages.page(made, whole=False))
    assert "- odd kernels" in text
    assert "dropout_5 and 3 more" in text
    assert "dropout_6" not in text
    assert "odd kernels" in drawing.markdown(pages.page(made, whole=False))
