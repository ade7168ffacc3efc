"""A sheet on a terminal: as many columns side by side as fit, with every cell whole."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from ..blocks import Sheet, SheetRow
from ..numbers import plain

GAP = 2


def draw_sheet(console: Console, sheet: Sheet) -> None:
    """Print a sheet, in several parts where the screen is too narrow for all columns."""
    for number, part in enumerate(_parts(sheet, console.width)):
        if number:
            console.print()
        if sum(_widths(part)) <= console.width:
            _side_by_side(console, part)
        else:
            _stacked(console, part)


def _parts(sheet: Sheet, width: int) -> Iterator[Sheet]:
    """Yield the sheet in parts of as many columns as fit, and at least of one."""
    start, count = 0, len(sheet.columns)
    for end in range(1, count + 1):
        if end == count or sum(_widths(_part(sheet, start, end + 1))) > width:
            yield _part(sheet, start, end)
            start = end


def _part(sheet: Sheet, start: int, end: int) -> Sheet:
    rows = tuple(SheetRow(row.label, row.cells[start:end], row.depth) for row in sheet.rows)
    return Sheet(sheet.columns[start:end], rows)


def _label(row: SheetRow) -> str:
    return f"{' ' * GAP * row.depth}{plain(row.label)}"


def _widths(sheet: Sheet) -> list[int]:
    """Return the columns that labels need, and each column's with the gap before it; titles take any room."""
    labels = max((cell_len(_label(row)) for row in sheet.rows if row.cells), default=0)
    cells = zip(sheet.columns, *(row.cells for row in sheet.rows if row.cells), strict=True)
    return [labels, *(GAP + max(cell_len(plain(cell)) for cell in column) for column in cells)]


def _side_by_side(console: Console, sheet: Sheet) -> None:
    widths = _widths(sheet)
    table = _table(widths)
    for row in (SheetRow("", sheet.columns), *sheet.rows):
        if row.cells:
            table.add_row(Text(_label(row)), *(Text(plain(cell)) for cell in row.cells))
            continue
        console.print(table)
        console.print(Text(_label(row)))
        table = _table(widths)
    if table.row_count:
        console.print(table)


def _table(widths: list[int]) -> RichTable:
    table = RichTable(box=None, show_header=False, pad_edge=False, padding=0)
    table.add_column(width=widths[0], no_wrap=True)
    for width in widths[1:]:
        table.add_column(width=width, justify="right", no_wrap=True)
    return table


def _stacked(console: Console, sheet: Sheet) -> None:
    """Print a sheet of one column with each cell below its label."""
    for row in (SheetRow("", sheet.columns), *sheet.rows):
        console.print(Text(_label(row)))
        for cell in filter(None, row.cells):
            console.print(Text(f"{' ' * 2 * GAP}{plain(cell)}"))
