"""A page on a terminal; where the width is unlimited, nothing is folded or cut."""

from __future__ import annotations

from dataclasses import dataclass

from rich.box import Box
from rich.console import Console, JustifyMethod, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from ..blocks import (
    Bar,
    Block,
    Cell,
    Column,
    Emphasis,
    Layout,
    LineKind,
    Lines,
    Marked,
    Page,
    Sheet,
    Table,
    TableStyle,
    Title,
)
from ..numbers import plain
from . import UNLIMITED, Screen, text_console
from .terminal_sheets import draw_sheet
from .terminal_trees import tree_table

# A rule under the header and nothing else, in characters that every terminal has.
RULED = Box(
    "    \n    \n -- \n    \n    \n    \n    \n    \n",
    ascii=True,
)
INDENT, DEPTH = 2, 3
BAR_HEADER, BAR_WIDTH = "0 %" + 12 * " " + "100 %", 20


@dataclass(frozen=True)
class LineStyle:
    """How lines of a kind look; ``apart`` names the side on which a blank line keeps them apart."""

    style: str = ""
    indent: int = 0
    mark: str = ""
    apart: str = ""


LINES: dict[LineKind, LineStyle] = {
    "headline": LineStyle("bold", apart="after each"),
    "finding": LineStyle("bold"),
    "facts": LineStyle("dim"),
    "text": LineStyle(),
    "note": LineStyle("dim", INDENT),
    "item": LineStyle("", INDENT, "- "),
    "warning": LineStyle("yellow", INDENT, "- "),
    "legend": LineStyle("dim", apart="before all"),
}
EMPHASIS: dict[Emphasis, str] = {"": "", "strong": "bold", "notable": "bold yellow", "faint": "dim"}
# How many blanks part the columns of tables with a rule, and of those without.
GAPS: dict[TableStyle, int] = {"ruled": 1, "headed": 2, "bare": 2}
INDENTS: dict[TableStyle, int] = {"ruled": INDENT, "headed": 0, "bare": 0}


def draw(page: Page, screen: Screen) -> str:
    """Return the page as text: of each table, the widest layout that fits."""
    console = text_console.make(screen)
    with console.capture() as captured:
        for number, block in enumerate(page.blocks()):
            _draw(console, block, is_first=number == 0)
    return text_console.without_trailing_blanks(captured.get())


def lone(block: Block) -> str:
    """Return one block as text of unlimited width."""
    console = text_console.make(UNLIMITED)
    with console.capture() as captured:
        _draw(console, block, is_first=True)
    return text_console.without_trailing_blanks(captured.get())


def _draw(console: Console, block: Block, *, is_first: bool) -> None:
    if isinstance(block, Title):
        _title(console, block, is_first=is_first)
    elif isinstance(block, Lines):
        _lines(console, block)
    elif isinstance(block, Table):
        _table(console, block)
    elif isinstance(block, Sheet):
        draw_sheet(console, block)
    else:
        if not is_first:
            console.print()
        console.print(tree_table(block, console.width, RULED))


def _title(console: Console, title: Title, *, is_first: bool) -> None:
    text = Text(plain(title.text), style="bold cyan")
    if title.remark:
        text.append(plain(f" ({title.remark})"), style="not bold dim")
    if not is_first:
        console.print()
    console.print(text)


def _lines(console: Console, block: Lines) -> None:
    look = LINES[block.kind]
    if look.apart == "before all":
        console.print()
    for line in block.lines:
        text = Text(f"{look.mark}{plain(line)}", style=look.style)
        _indented(console, text, look.indent + DEPTH * block.depth)
        if look.apart == "after each":
            console.print()


def _indented(console: Console, renderable: RenderableType, indent: int) -> None:
    console.print(Padding(renderable, (0, 0, 0, indent), expand=False) if indent else renderable)


def _table(console: Console, block: Table) -> None:
    """Print the first layout that fits, else what replaces the table, else the last layout, folded."""
    indent = INDENTS[block.style] + DEPTH * block.depth
    free = console.options.update(width=text_console.UNBOUNDED)
    drawn = [(layout, _rich(layout, block.style)) for layout in block.layouts]
    fits = (one for one in drawn if Measurement.get(console, free, one[1]).maximum <= console.width - indent)
    found = next(fits, None)
    if found is None and block.otherwise:
        for lines in block.otherwise:
            _lines(console, lines)
        return
    layout, table = found or drawn[-1]
    _indented(console, table, indent)
    _lines(console, Lines(layout.notes))


def _rich(layout: Layout, style: TableStyle) -> RichTable:
    table = RichTable(
        box=RULED if style == "ruled" else None,
        show_header=style != "bare",
        pad_edge=False,
        show_edge=False,
        padding=(0, GAPS[style], 0, 0),
    )
    for column in layout.columns:
        _column(table, column)
    for row in layout.rows:
        table.add_row(*map(_cell, row.cells), style="dim" if row.faint else "")
    return table


def _column(table: RichTable, column: Column) -> None:
    justify: JustifyMethod = "right" if column.kind == "number" else "left"
    header = BAR_HEADER if column.kind == "bar" else Text(plain(column.header))
    table.add_column(header, justify=justify, no_wrap=column.whole, overflow="fold")


def _cell(cell: Cell) -> Text:
    if isinstance(cell, Bar):
        return Text("#" * round(BAR_WIDTH * (cell.share or 0.0)))
    if isinstance(cell, Marked):
        below = f"\n{plain(cell.below)}" if cell.below else ""
        return Text(plain(cell.text) + below, style=EMPHASIS[cell.emphasis])
    return Text(plain(cell))
