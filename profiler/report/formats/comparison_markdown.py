"""A comparison of two runs as Markdown, for a pull request or a chat."""

from __future__ import annotations

from ...compare.runs import RunComparison
from ..pages.comparison import page
from .markdown import draw, escape


def render(comparison: RunComparison) -> str:
    """Return the comparison as Markdown with tables; names are escaped."""
    title = f"# {escape(comparison.after.run)} against {escape(comparison.before.run)}"
    return "\n\n".join([title, *(draw(block) for block in page(comparison))]) + "\n"
