"""Blocks on a terminal: of each table the layout that fits, and nothing lost where none does."""

from profiler.report.blocks import Bar, Column, Layout, Lines, Marked, Row, Table, Title, table, text_columns
from tests.report import drawing

LONG = "execute_the_function"
WIDE = Layout(
    (Column("name", "text"), Column("share"), Column("", "bar")),
    (Row((LONG, Marked("50.0 %", "notable"), Bar(0.5))), Row(("other", "-", Bar(None)), faint=True)),
    ("of the wide one",),
)
NARROW = Layout((Column("name", "text"),), (Row(("execute",)), Row(("other",))), ("of the narrow one",))


class Shown:
    """A page of some blocks."""

    def __init__(self, *blocks):
        self._blocks = blocks

    def blocks(self):
        return iter(self._blocks)


def test_the_widest_layout_that_fits_is_drawn_with_its_own_notes():
    page = Shown(Table((WIDE, NARROW)))
    assert drawing.terminal(page, 60).splitlines() == [
        "  name                   share  0 %            100 %",
        "  --------------------------------------------------",
        "  execute_the_function  50.0 %  ##########",
        "  other                      -",
        "  of the wide one",
    ]
    assert drawing.terminal(page, 40).splitlines() == [
        "  name",
        "  -------",
        "  execute",
        "  other",
        "  of the narrow one",
    ]


def test_where_no_layout_fits_the_last_one_is_folded_and_loses_nothing():
    """The columns of a table that had no narrow layout were cut."""
    long = "x" * 30 + "y" * 30 + "z"
    shown = drawing.terminal(Shown(table(*text_columns("a", "b"), rows=[(long, long)])), 40)
    assert all(len(line) <= 40 for line in shown.splitlines())
    assert [shown.count(letter) for letter in "xyz"] == [60, 60, 2]


def test_what_stands_for_a_table_is_shown_where_it_does_not_fit():
    wide = Layout(text_columns("a"), (Row(("w" * 60,)),))
    page = Shown(Table((wide,), otherwise=(Lines(("instead",), "text"),)))
    assert drawing.terminal(page, 50) == "instead\n"
    assert "w" * 60 in drawing.terminal(page, 80)


def test_a_table_without_a_rule_has_headers_only_and_a_bare_one_none():
    rows = [("1", "22"), ("333", "4")]
    headed = drawing.terminal(Shown(table(*text_columns("a", "b"), rows=rows, style="headed")))
    assert headed == "a    b\n1    22\n333  4\n"
    assert (
        drawing.terminal(Shown(table(*text_columns("a", "b"), rows=rows, style="bare")))
        == "1    22\n333  4\n"
    )


def test_a_title_is_kept_apart_from_what_is_before_it():
    page = Shown(Title("first", "a remark"), Lines(("text",), "text"), Title("second"))
    assert drawing.terminal(page) == "first (a remark)\ntext\n\nsecond\n"


def test_each_kind_of_line_looks_its_own_way():
    page = Shown(
        Lines(("one", "two"), "headline"),
        Lines(("facts",), "facts"),
        Lines(("deep",), "text", depth=2),
        Lines(("note",)),
        Lines(("item",), "item"),
        Lines(("careful",), "warning"),
        Lines(("how to read",), "legend"),
    )
    assert drawing.terminal(page).splitlines() == [
        "one",
        "",
        "two",
        "",
        "facts",
        "      deep",
        "  note",
        "  - item",
        "  - careful",
        "",
        "how to read",
    ]


def test_colours_only_where_they_can_be_shown():
    page = Shown(Title("title"), Table((WIDE,)), Lines(("careful",), "warning"))
    assert "\x1b[" in drawing.terminal(page, 80, color=True)
    assert "\x1b" not in drawing.terminal(page, 80)


def test_a_second_line_of_a_cell_stands_below_the_first():
    shown = drawing.terminal(
        Shown(table(Column("a", "text"), Column("b"), rows=[(Marked("x", below="  y"), "1")]))
    )
    assert shown.splitlines()[2:] == ["  x    1", "    y"]
