"""Blocks of a page as Markdown of GitHub's dialect; names are escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..blocks import Block, Grid, Lines, Title
from ..numbers import plain

# What GitHub's dialect could take for markup anywhere in a line.
MARKUP = re.compile(r"([\\`*_\[\]<>|~#&])")


def escape(text: str) -> str:
    """Return text on one line that Markdown shows as it is."""
    return MARKUP.sub(r"\\\1", plain(text))


def draw(block: Block) -> str:
    """Return one block as Markdown, without a line end."""
    if isinstance(block, Title):
        return f"## {escape(block.text)}" + (f" ({escape(block.remark)})" if block.remark else "")
    if isinstance(block, Grid):
        return _table(block)
    return _lines(block)


def _lines(block: Lines) -> str:
    if block.kind == "finding":
        return "\n".join(f"- **{escape(line)}**" for line in block.lines)
    return "\n".join(f"- {escape(line)}" for line in block.lines)


def _table(grid: Grid) -> str:
    rules = (":---" if number in grid.left else "---:" for number in range(len(grid.headers)))
    rows = [_row(map(escape, grid.headers)), _row(rules), *(_row(map(escape, row)) for row in grid.rows)]
    return "\n".join(rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
