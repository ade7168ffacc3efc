"""A page as JSON: the object that its schema describes."""

from __future__ import annotations

import json

from ..blocks import Page
from . import Screen


def draw(page: Page, screen: Screen) -> str:
    """Return the page's JSON object as text; a number that JSON lacks is an error."""
    return json.dumps(page.document(), indent=1, allow_nan=False) + "\n"
