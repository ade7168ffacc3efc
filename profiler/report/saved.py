"""Keeps a run's report beside its captures."""

from __future__ import annotations

from pathlib import Path

from ..protocol import files
from ..results.document import Report
from .formats import report_markdown


def save(report: Report, run: Path) -> None:
    """Write ``report.json`` and ``report.md`` into a run directory."""
    files.write_json(str(run / files.REPORT_FILE), report.to_json())
    files.write_text(str(run / files.REPORT_MARKDOWN_FILE), report_markdown.render(report))
