"""A page as Markdown says what the terminal says, whatever its names look like."""

import dataclasses
import re

import pytest

from profiler.report.blocks import Bar, Branch, Column, Layout, Lines, Marked, Row, Table, Tree
from profiler.report.formats import markdown
from profiler.report.pages.report import page
from profiler.results import build
from tests import reference
from tests.report import drawing, sample


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
    shown = drawing.terminal(page(report))
    rows = cells(drawing.markdown(page(report)))
    assert len(rows) > 40
    for row in rows:
        # between columns the terminal has bars, and over those their scale
        pattern = r"\s+(?:(?:#+|0 %\s+100 %)\s+)?".join(re.escape(cell) for cell in row if cell)
        assert re.search(pattern, shown), row


def test_every_table_has_as_many_cells_in_each_row(report):
    for table in re.findall(r"(?:^\|.*\|$\n?)+", drawing.markdown(page(report)), flags=re.MULTILINE):
        assert len({len(row) for row in cells(table)}) == 1


def test_the_environment_and_warnings_are_there(report):
    text = drawing.markdown(page(report))
    for warning in report.warnings:
        assert markdown.escape(warning) in text
    assert "jit\\_compile False" in text


def test_names_that_look_like_markup_are_shown_as_they_are():
    report = sample.report()
    hostile = "a|b <script> `x` [y](z)\n# title"
    variant = dataclasses.replace(report.variants[0], status="failed", reason=hostile)
    text = drawing.markdown(page(dataclasses.replace(report, variants=(variant, *report.variants[1:]))))
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "\n# title" not in text
    assert r"a\|b" in text


class Shown:
    """A page of some blocks."""

    title = "a *title*"

    def __init__(self, *blocks):
        self._blocks = blocks

    def blocks(self):
        return iter(self._blocks)


def test_a_tree_is_preformatted_text():
    tree = Tree(("share",), "what ran", (Branch(0, ("100.0 %",), "```"),))
    lines = drawing.markdown(Shown(tree)).splitlines()
    assert (lines[0], lines[2], lines[-1]) == (r"# a \*title\*", "```text", "```")
    assert "```" not in lines[3:-1]


def test_a_second_line_of_a_cell_and_the_notes_of_the_widest_layout_are_kept():
    wide = Layout(
        (Column("name", "text"), Column("", "bar")), (Row((Marked("a", below="-> b"), Bar(0.5))),), ("n",)
    )
    text = drawing.markdown(Shown(Table((wide, Layout((), ())))))
    assert text.splitlines()[2:] == ["| name |", "| :--- |", r"| a -\> b |", "", "- n"]


def test_a_block_without_lines_leaves_no_gap():
    assert drawing.markdown(Shown(Lines(()), Lines(("x",)))).endswith("\n\n- x\n")
    assert "\n\n\n" not in drawing.markdown(Shown(Lines(()), Lines(("x",))))
