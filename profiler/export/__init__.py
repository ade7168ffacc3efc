"""Files that other tools open, made from the exact tree of a trace: one module per format.

To add one, write ``X.py`` with a function `pieces` and name it in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ExportFormat:
    """A format: the module that writes it, and whether it is binary, which no terminal can show."""

    module: str
    binary: bool = False


FORMATS: Mapping[str, ExportFormat] = {
    "speedscope": ExportFormat("speedscope"),
    "pstats": ExportFormat("pstats", binary=True),
    "folded": ExportFormat("folded"),
}
