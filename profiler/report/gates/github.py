"""A page as a part of the summary that GitHub Actions shows of a job."""

from __future__ import annotations

import os
from pathlib import Path

from ...protocol.errors import UsageError
from .. import formats
from ..blocks import Page

VARIABLE = "GITHUB_STEP_SUMMARY"


def require_summary() -> Path:
    """Return the file that a job's summary is written to.

    Raises:
        UsageError: nobody named one.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        raise UsageError(
            "is not set", f"${VARIABLE}", "GitHub Actions sets it; leave the summary out elsewhere"
        )
    return Path(named)


def append(page: Page) -> None:
    """Write a page after what the summary holds, as Markdown.

    Raises:
        UsageError: there is no summary, or it cannot be written.
    """
    path = require_summary()
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{formats.draw('markdown', page)}\n")
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", path) from error
