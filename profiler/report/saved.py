"""Keeps a run's report, or its advice, beside its captures."""

from __future__ import annotations

from pathlib import Path

from ..advice.document import Advice
from ..protocol import files
from ..results import build
from ..results.document import Report
from ..results.sweep import build as sweep_build
from ..results.sweep.document import Sweep
from . import formats
from .pages import advice as advice_pages
from .pages import report as pages
from .pages import sweep as sweep_pages

FILES = {files.REPORT_FILE: "json", files.REPORT_MARKDOWN_FILE: "markdown"}


def save(report: Report, run: Path) -> None:
    """Write ``report.json`` and ``report.md`` into a run directory."""
    page = pages.page(report)
    for name, format_name in FILES.items():
        files.write_text(str(run / name), formats.draw(format_name, page))


def save_advice(advice: Advice, run: Path) -> None:
    """Write ``advice.json`` into a run directory."""
    text = formats.draw("json", advice_pages.page(advice))
    files.write_text(str(run / files.ADVICE_FILE), text)


def save_sweep(run: Path) -> Sweep:
    """Write a sweep's report, and ``sweep.json`` beside it; return what the sweep says.

    Raises:
        RunError: no run, a damaged one, or one that is no sweep.
    """
    report = build.build(run)
    save(report, run)
    found = sweep_build.build(run, report)
    files.write_text(str(run / files.SWEEP_FILE), formats.draw("json", sweep_pages.page(found)))
    return found
