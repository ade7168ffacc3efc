"""A comparison of two runs as Markdown, for a pull request or a chat."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .comparison_page import Block, Grid, Lines, Title, page
from .numbers import plain
from .run_comparison import RunComparison

# What GitHub's dialect could take for markup anywhere in a line.
MARKUP = re.compile(r"([\\`*_\[\]<>|~#&])")


def render(comparison: RunComparison) -> str:
    """Return the comparison as Markdown with tables; names are escaped."""
    title = f"# {escape(comparison.after.run)} against {escape(comparison.before.run)}"
    return "\n\n".join([title, *(_draw(block) for block in page(comparison))]) + "\n"


def escape(text: str) -> str:
    """Return text on one line that Markdown shows as it is."""
    return MARKUP.sub(r"\\\1", plain(text))


def _draw(block: Block) -> str:
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
