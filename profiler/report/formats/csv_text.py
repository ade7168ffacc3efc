"""A page as comma-separated values: one flat table, for a spreadsheet or a data frame."""

from __future__ import annotations

import csv
import io

from ..blocks import Page, Value
from . import Screen

# A spreadsheet takes text that starts so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def draw(page: Page, screen: Screen) -> str:
    """Return the page's records as text of RFC 4180, with a header.

    Text that a spreadsheet would take for a formula gets an apostrophe before it. What is not known is empty.
    """
    records = page.records()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(records.header)
    for row in records.rows:
        writer.writerow(map(_cell, row))
    return text.getvalue()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return repr(value)
