"""Pages drawn in each format, as tests compare them."""

from __future__ import annotations

from profiler.report import formats
from profiler.report.blocks import Page
from profiler.report.formats import Screen


def terminal(page: Page, width: int | None = None, color: bool = False) -> str:
    return formats.draw("terminal", page, Screen(width, color))


def markdown(page: Page) -> str:
    return formats.draw("markdown", page)


def csv(page: Page) -> str:
    return formats.draw("csv", page)
