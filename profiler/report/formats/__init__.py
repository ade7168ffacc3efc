"""Formats: each draws any page. To add one, write ``X.py`` with a `draw` and name it in `FORMATS`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass

from ..blocks import Page

DEFAULT = "terminal"
# A format's name, and its module, which is loaded when the format is used.
FORMATS: Mapping[str, str] = {
    DEFAULT: "terminal",
    "markdown": "markdown",
    "json": "json_text",
    "csv": "csv_text",
}


@dataclass(frozen=True)
class Screen:
    """What the text is shown on: its width in columns (None: unlimited), and whether it shows colours."""

    width: int | None = None
    color: bool = False


UNLIMITED = Screen()


def draw(name: str, page: Page, screen: Screen = UNLIMITED) -> str:
    """Return a page as the text of a format; only some formats depend on the screen."""
    module = importlib.import_module(f".{FORMATS[name]}", __name__)
    text: str = module.draw(page, screen)
    return text
