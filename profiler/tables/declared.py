"""Reads the TOML files that ship with kprof."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read(path: Path) -> dict[str, Any]:
    """Return what a TOML file declares.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not TOML.
    """
    found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found
