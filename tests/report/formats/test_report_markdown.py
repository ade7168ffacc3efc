"""The report as Markdown says what the terminal says."""

import dataclasses
import re

import pytest

from profiler.report.formats import report_markdown, terminal
from profiler.results import build
from tests import reference
from tests.report import sample


@pytest.fixture(scope="module")
def report():
    return build.build(reference.CURRENT)


def cells(text):
    """Return the rows of all Markdown tables, as lists of cells without escapes."""
    rows = [line for line in text.splitlines() if line.startswith("| ") and ":---" not in line]
    return [
        [re.sub(r"\\(.)", r"\1", one).strip() for one in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows
    ]


def test_every_cell_of_the_tables_is_in_the_terminals(report):
    shown = terminal.render(report, None, color=False)
    rows = cells(report_markdown.render(report))
    assert len(rows) > 40
    for row in rows:
        # between columns the terminal has bars, and over those their scale
        pattern = r"\s+(?:(?:#+|0 %\s+100 %)\s+)?".join(re.escape(cell) for cell in row if cell)
        assert re.search(pattern, shown), row


def test_every_table_has_as_many_cells_in_each_row(report):
    for table in re.findall(r"(?:^\|.*\|$\n?)+", report_markdown.render(report), flags=re.MULTILINE):
        assert len({len(row) for row in cells(table)}) == 1


def test_the_environment_and_warnings_are_there(report):
    text = report_markdown.render(report)
    for warning in report.warnings:
        assert report_markdown.markdown.escape(warning) in text
    assert "jit\\_compile False" in text


def test_names_that_look_like_markup_are_shown_as_they_are():
    report = sample.report()
    hostile = "a|b <script> `x` [y](z)\n# title"
    variant = dataclasses.replace(report.variants[0], status="failed", reason=hostile)
    text = report_markdown.render(dataclasses.replace(report, variants=(variant, *report.variants[1:])))
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "\n# title" not in text
    assert r"a\|b" in text
