"""Where runs are kept."""

from __future__ import annotations

import os
from pathlib import Path

TRACES_VARIABLE = "KPROF_TRACES"
DEFAULT_TRACES = "traces"
LATEST = "latest"
"""The name that means the newest run."""


def traces_folder(out: str | None = None) -> Path:
    """Return the folder that holds runs: ``out``, else ``$KPROF_TRACES``, else ``./traces``."""
    return Path(out or os.environ.get(TRACES_VARIABLE) or DEFAULT_TRACES)
