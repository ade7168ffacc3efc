"""The report on a terminal: the finding first, then each workload's tables, then what to know about them.

Each table has several layouts; the widest that fits is drawn. Without a width nothing is folded or cut.
"""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.text import Text

from ...results.document import Report
from ..blocks import Lines, Title
from ..numbers import plain
from ..pages.report import Block, Layouts, page
from ..pages.tables import INDENT
from . import text_console


def render(report: Report, width: int | None, color: bool) -> str:
    """Return the report as text.

    Args:
        report: what to show.
        width: columns of the terminal; None where there is no terminal, and then nothing is folded.
        color: whether to emit ANSI colours.
    """
    console = text_console.make(width, color)
    with console.capture() as captured:
        for block in page(report):
            _draw(console, block)
    return text_console.without_trailing_blanks(captured.get())


def _draw(console: Console, block: Block) -> None:
    if isinstance(block, Title):
        _title(console, block)
    elif isinstance(block, Layouts):
        _fitting(console, block)
    else:
        _lines(console, block)


def _title(console: Console, title: Title) -> None:
    text = Text(plain(title.text), style="bold cyan")
    if title.remark:
        text.append(plain(f" ({title.remark})"), style="not bold dim")
    console.print()
    console.print(text)


def _lines(console: Console, block: Lines) -> None:
    if block.kind == "legend":
        console.print()
    for line in block.lines:
        if block.kind == "finding":
            console.print(Text(plain(line), style="bold"))
            console.print()
        elif block.kind == "warning":
            _indented(console, Text(f"- {plain(line)}", style="yellow"))
        elif block.kind == "plain":
            _indented(console, Text(plain(line), style="dim"))
        else:
            console.print(Text(plain(line), style="dim"))


def _indented(console: Console, renderable: RenderableType) -> None:
    console.print(Padding(renderable, (0, 0, 0, INDENT), expand=False))


def _fitting(console: Console, block: Layouts) -> None:
    """Print the first layout that fits; the last one is folded if it must be."""
    free = console.options.update(width=text_console.UNBOUNDED)
    room = console.width - INDENT
    fits = (one for one in block.layouts if Measurement.get(console, free, one.table).maximum <= room)
    chosen = next(fits, block.layouts[-1])
    _indented(console, chosen.table)
    _lines(console, Lines(chosen.notes))
