"""A block that does not hold together is refused where it is made."""

import pytest

from profiler.report.blocks import Column, Layout, Row, Sheet, SheetRow


def test_a_row_has_a_cell_for_each_column():
    with pytest.raises(ValueError, match="a row of 1 cells in a table of 2 columns"):
        Layout((Column("a"), Column("b")), (Row(("1",)),))


def test_a_sheet_has_a_cell_for_each_column_or_none():
    Sheet(("a", "b"), (SheetRow("title"),))
    with pytest.raises(ValueError, match="x: 1 cells for 2 columns"):
        Sheet(("a", "b"), (SheetRow("x", ("1",)),))
