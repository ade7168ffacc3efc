"""A sheet on a terminal: as many columns as fit, every cell whole."""

import pytest

from profiler.report.blocks import Sheet, SheetRow
from tests.report import drawing

SHEET = Sheet(
    ("first", "second", "third"),
    (
        SheetRow("number", ("1", "22", "333")),
        SheetRow("a title that is longer than every label"),
        SheetRow("nested", ("a", "b", "c"), depth=1),
    ),
)


class Shown:
    """A page of one sheet."""

    def __init__(self, sheet):
        self._sheet = sheet

    def blocks(self):
        yield self._sheet


def test_columns_stand_side_by_side_and_a_title_takes_any_room():
    assert drawing.terminal(Shown(SHEET)).splitlines() == [
        "          first  second  third",
        "number        1      22    333",
        "a title that is longer than every label",
        "  nested      a       b      c",
    ]


def test_a_narrow_terminal_shows_fewer_columns_at_a_time():
    wide = Sheet(
        tuple(name * 3 for name in SHEET.columns),
        tuple(SheetRow(row.label, tuple(cell * 3 for cell in row.cells), row.depth) for row in SHEET.rows),
    )
    lines = drawing.terminal(Shown(wide), 50).splitlines()
    assert [line.split() for line in lines if "first" in line or "second" in line or "third" in line] == [
        ["firstfirstfirst", "secondsecondsecond"],
        ["thirdthirdthird"],
    ]
    assert "" in lines
    assert sum(line.startswith("number") for line in lines) == 2


@pytest.mark.parametrize("cell", ["x" * 45, "\N{FULLWIDTH LATIN SMALL LETTER A}" * 22])
def test_where_not_one_column_fits_each_cell_stands_below_its_label(cell):
    lines = drawing.terminal(Shown(Sheet(("release",), (SheetRow("number", (cell,)),))), 50).splitlines()
    assert lines == ["", "    release", "number", f"    {cell}"]


def test_a_sheet_without_columns_is_empty():
    assert drawing.terminal(Shown(Sheet((), (SheetRow("title"),)))) == ""
