"""The page of someone else's file in every format and width."""

import dataclasses

import pytest

from profiler.report import formats
from profiler.report.pages import foreign as pages
from profiler.results.foreign import build as results
from profiler.runs.foreign import open_files
from tests import foreign_files as files
from tests.report import drawing


def page(path, name="app.prof"):
    return pages.page(results.build(name, open_files(path)))


@pytest.fixture(scope="module")
def beside(tmp_path_factory):
    return page(files.real("fit_beside", tmp_path_factory.mktemp("beside")))


def test_the_answer_comes_first_and_the_family_last(tmp_path):
    text = drawing.terminal(page(files.real("predict_loop", tmp_path)))
    assert text.startswith("predict_loop.py:17 <listcomp> calls predict 300 times: ")
    assert text.index("data_adapter") < text.index("Which release")
    assert "keras-3: it has " in text


@pytest.mark.parametrize("width", [40, 60, 80, 120, None])
def test_every_line_fits_a_window_of_any_width(beside, width):
    lines = drawing.terminal(beside, width).splitlines()
    assert all(len(line) <= (width or len(line)) for line in lines)
    assert any("predict_on_batch" in line for line in lines)


def test_a_narrow_window_says_what_a_wider_one_shows(beside):
    assert "a wider window shows fit, " in " ".join(drawing.terminal(beside, 60).split())
    assert "a wider window" not in drawing.terminal(beside)


def test_what_cannot_be_told_apart_is_a_range_and_what_is_not_named_is_unknown(beside):
    text = drawing.terminal(beside)
    assert "unknown: process_inputs, standardize_user_data: the file names none of its functions" in text
    (row,) = [line for line in text.splitlines() if line.strip().startswith("create_graph_function ")]
    assert ".." in row.split()[1] and "unknown" in row
    assert "not called" not in text.replace("does not mean that it was not called", "")


def test_what_is_wrong_with_the_file_is_said_and_no_number_is_shown():
    text = drawing.terminal(page(files.LOST))
    assert "frames were lost" in text and "%" not in text.partition("What to know")[0]


@pytest.mark.parametrize("name", formats.FORMATS)
def test_every_format_draws_it(beside, name):
    assert "fit" in formats.draw(name, beside)


def test_the_flat_table_holds_what_the_document_says(tmp_path):
    made = page(files.write(files.simple(), tmp_path / "app.prof"))
    rows = [dict(zip(pages.HEADER, row, strict=True)) for row in made.records().rows]
    (share,) = [one for one in rows if one["subject"] == "data_adapter"]
    assert share["value"] == pytest.approx(0.5)
    (unknown,) = [one for one in rows if one["subject"] == "autograph"]
    assert unknown["value"] is None


def test_hosts_stay_apart(tmp_path):
    logs = files.logs(tmp_path)
    (packed,) = logs.rglob("*.gz")
    packed.with_name("other.xplane.pb.gz").write_bytes(packed.read_bytes())
    text = drawing.terminal(page(logs, "logs"))
    assert "host host" in text and "host other" in text


def test_names_from_a_file_are_shown_on_one_line(tmp_path):
    report = results.build("a\nb.prof", open_files(files.write(files.simple(), tmp_path / "app.prof")))
    text = drawing.terminal(pages.page(dataclasses.replace(report, name="a\x1b[31m.prof")))
    assert "\x1b" not in text
