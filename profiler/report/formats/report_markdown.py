"""A report as Markdown, for a pull request or a chat: the terminal's widest tables, without bars."""

from __future__ import annotations

from rich.text import Text

from ...results.document import Report
from ..blocks import Grid, Lines
from ..pages.report import Block, Layouts, page
from ..pages.tables import BAR, Layout
from . import markdown


def render(report: Report) -> str:
    """Return the report as Markdown with tables; names are escaped."""
    drawn = [f"# {markdown.escape(report.run)}", *(_draw(block) for block in page(report))]
    return "\n\n".join(filter(None, drawn)) + "\n"


def _draw(block: Block) -> str:
    if not isinstance(block, Layouts):
        return markdown.draw(block)
    widest = block.layouts[0]
    notes = [markdown.draw(Lines(widest.notes))] if widest.notes else []
    return "\n\n".join([markdown.draw(_grid(widest)), *notes])


def _grid(layout: Layout) -> Grid:
    columns = [column for column in layout.table.columns if str(column.header) != BAR]
    cells = [[one.plain if isinstance(one, Text) else str(one) for one in column.cells] for column in columns]
    left = tuple(number for number, column in enumerate(columns) if column.justify == "left")
    return Grid(tuple(str(column.header) for column in columns), tuple(zip(*cells, strict=True)), left)
