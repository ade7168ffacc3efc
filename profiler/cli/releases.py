"""Measures several releases in one run and reads its report, for the commands that do so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..plan.request import Request
    from ..results.document import Report


@dataclass(frozen=True)
class Finished:
    """A run over several releases: its folder, its report, and what failed, release -> reason."""

    path: Path
    report: Report
    failures: Mapping[str, str]


def measure(request: Request, releases: tuple[str, ...]) -> tuple[Finished, int]:
    """Measure on each release, keep the report in the run, and return both with the exit code.

    Raises:
        UsageError: no release, or one that is named twice.
        CollectError: nothing could be measured.
        KeyboardInterrupt: it was interrupted; what is complete is kept.
    """
    from ..launch import matrix
    from ..report import saved
    from . import progress

    with progress.make() as listener:
        outcome = matrix.execute(request, releases, listener)
    finished = read(outcome.run_path)
    saved.save(finished.report, finished.path)
    click.echo(f"kept in {finished.path}", err=True)
    return finished, outcome.exit_code


def read(path: Path) -> Finished:
    """Read a finished run.

    Raises:
        RunError: it cannot be read.
    """
    from ..results import build
    from ..runs import record

    return Finished(path, build.build(path), record.read(path).manifest.failures)
