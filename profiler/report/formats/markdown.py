"""A page as Markdown of GitHub's dialect, for a pull request or a chat; names are escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..blocks import Bar, Block, Cell, Layout, Lines, Marked, Page, Sheet, Table, Title, Tree
from ..numbers import plain
from . import Screen, terminal

# What GitHub's dialect could take for markup anywhere in a line.
MARKUP = re.compile(r"([\\`*_\[\]<>|~#&])")
STRONG = ("headline", "finding")


def draw(page: Page, screen: Screen) -> str:
    """Return the page as Markdown; a table is in its widest layout, without bars."""
    title = [f"# {escape(page.title)}"] if page.title else []
    parts = (part for block in page.blocks() for part in _drawn(block))
    return "\n\n".join([*title, *filter(None, parts)]) + "\n"


def escape(text: str) -> str:
    """Return text on one line that Markdown shows as it is."""
    return MARKUP.sub(r"\\\1", plain(text))


def _drawn(block: Block) -> Iterator[str]:
    if isinstance(block, Title):
        yield f"## {escape(block.text)}" + (f" ({escape(block.remark)})" if block.remark else "")
    elif isinstance(block, Lines):
        yield _list(block.lines, "**" if block.kind in STRONG else "")
    elif isinstance(block, Table):
        yield _table(block.layouts[0])
        yield _list(block.layouts[0].notes)
    elif isinstance(block, Sheet):
        yield _sheet(block)
    else:
        yield _tree(block)


def _list(lines: Iterable[str], mark: str = "") -> str:
    return "\n".join(f"- {mark}{escape(line)}{mark}" for line in lines)


def _table(layout: Layout) -> str:
    shown = [number for number, column in enumerate(layout.columns) if column.kind != "bar"]
    columns = [layout.columns[number] for number in shown]
    rules = (":---" if column.kind == "text" else "---:" for column in columns)
    rows = (_row(escape(_text(row.cells[number])) for number in shown) for row in layout.rows)
    return "\n".join([_row(escape(column.header) for column in columns), _row(rules), *rows])


def _text(cell: Cell) -> str:
    if isinstance(cell, Bar):
        return ""
    return " ".join(filter(None, (cell.text, cell.below))) if isinstance(cell, Marked) else cell


def _sheet(sheet: Sheet) -> str:
    empty = ("",) * len(sheet.columns)
    rows = [_row(("", *map(escape, sheet.columns))), _row((":---", *("---:" for _ in sheet.columns)))]
    rows += [_row(map(escape, (row.label, *(row.cells or empty)))) for row in sheet.rows]
    return "\n".join(rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _tree(tree: Tree) -> str:
    """Return a tree as preformatted text; each of its lines starts with a number, so none ends the fence."""
    return f"```text\n{terminal.lone(tree)}```"
