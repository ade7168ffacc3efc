"""The page of two files: differences in points, and that no verdict can be."""

import pytest

from profiler.comparison import foreign as comparing
from profiler.report import formats
from profiler.report.pages import foreign_comparison as pages
from profiler.results.foreign import build as results
from profiler.runs.foreign import open_files
from tests import foreign_files as files
from tests.report import drawing


@pytest.fixture
def page(tmp_path):
    sides = []
    for name, adapter_s in (("a.prof", 2.0), ("b.prof", 4.0)):
        path = files.write(files.simple(adapter_s), tmp_path / name)
        sides.append(comparing.of_file(results.build(name, open_files(path))))
    return pages.page(comparing.compare(*sides))


@pytest.mark.parametrize("width", [60, 100, None])
def test_differences_are_in_points_with_their_sign(page, width):
    lines = drawing.terminal(page, width).splitlines()
    assert any(line.split() == ["data_adapter", "25.0", "%", "50.0", "%", "+25.0"] for line in lines)
    assert "no verdict" in " ".join(" ".join(lines).split())


def test_a_difference_that_reads_as_zero_has_no_sign():
    assert [pages._points(value) for value in (None, 0.0, -0.0001, 0.0123)] == ["-", "0.0", "0.0", "+1.2"]


@pytest.mark.parametrize("name", formats.FORMATS)
def test_every_format_draws_it(page, name):
    assert "adapter" in formats.draw(name, page)


def test_the_document_and_the_flat_table_hold_the_difference(page):
    assert page.document()["schema"] == "kprof.differences/1"
    rows = [dict(zip(pages.HEADER, row, strict=True)) for row in page.records().rows]
    (share,) = [one for one in rows if one["subject"] == "data_adapter"]
    assert share["change"] == pytest.approx(0.25)


def test_steps_of_which_no_share_is_known_have_no_table(tmp_path):
    logs = files.logs(tmp_path)
    side = comparing.of_file(results.build("logs", open_files(logs)))
    text = drawing.terminal(pages.page(comparing.compare(side, side)))
    assert text.startswith("Profiled batch: ") and "internals" not in text
    assert "before: logs (session train/2026_01_05_10_15_00, host host)" in " ".join(text.split())


def test_an_unknown_time_says_why_and_stands_beside_the_known_one():
    known = comparing.EntryChange("predict", 5, None, 1.6, None, (), "after: samples count no calls")
    assert pages._took(known) == (
        "predict: 1.60 s a call (5 calls) before, under the profiler (after: samples count no calls)"
    )
    neither = comparing.EntryChange("predict", None, None, None, None, (), "before: samples count no calls")
    assert pages._took(neither) == "predict: its time a call is unknown (before: samples count no calls)"
