"""A comparison of two runs on a terminal; without a width nothing is folded or cut."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...compare.runs import RunComparison
from ..blocks import Block, Grid, Lines, Title
from ..numbers import plain
from ..pages.comparison import page
from ..pages.tables import INDENT, RULED
from . import text_console

STYLES = {"finding": "bold", "warning": "yellow", "plain": "dim"}


def render(comparison: RunComparison, width: int | None, color: bool) -> str:
    """Return the comparison as text.

    Args:
        comparison: what to show.
        width: columns of the terminal; None where there is no terminal, and then nothing is folded.
        color: whether to emit ANSI colours.
    """
    console = text_console.make(width, color)
    with console.capture() as captured:
        for block in page(comparison):
            _draw(console, block)
    return text_console.without_trailing_blanks(captured.get())


def _draw(console: Console, block: Block) -> None:
    if isinstance(block, Title):
        text = Text(plain(block.text), style="bold cyan")
        text.append(plain(f" ({block.remark})") if block.remark else "", style="not bold dim")
        console.print()
        console.print(text)
    elif isinstance(block, Grid):
        console.print(Padding(_table(block), (0, 0, 0, INDENT), expand=False))
    else:
        _lines(console, block)


def _lines(console: Console, block: Lines) -> None:
    mark = "- " if block.kind == "warning" else ""
    for line in block.lines:
        text = Text(mark + plain(line), style=STYLES[block.kind])
        console.print(Padding(text, (0, 0, 0, 0 if block.kind == "finding" else INDENT), expand=False))


def _table(grid: Grid) -> Table:
    table = Table(box=RULED, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for number, header in enumerate(grid.headers):
        table.add_column(header, justify="left" if number in grid.left else "right", overflow="fold")
    for row in grid.rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    return table
