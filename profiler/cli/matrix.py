"""``kprof matrix``: the same measurement on several TensorFlow releases, side by side."""

from __future__ import annotations

import json

import click

from ..plan.request import Request
from ..protocol.vocabulary import require_known
from . import options
from .values import words

FORMATS = ("terminal", "markdown", "json")

EPILOG = """\b
Examples:
  kprof matrix 2.0.0,2.1.0,2.15.1,2.21.0
  kprof matrix 2.4.4,2.15.1,installed tiny medium --budget 4
  kprof matrix 2.0.0,2.21.0 --instrument wall --dry-run
"""


@click.command(epilog=EPILOG)
@click.argument("releases", metavar="RELEASE,RELEASE", callback=words)
@click.argument("workloads", metavar="[WORKLOAD]...", nargs=-1)
@options.instrument
@options.processes
@options.budget
@options.calls
@options.out
@options.shown_as(FORMATS)
@options.dry_run
def matrix(
    releases: tuple[str, ...],
    workloads: tuple[str, ...],
    instrument: tuple[str, ...],
    processes: int | None,
    budget: float,
    calls: int | None,
    out: str | None,
    format_name: str,
    dry_run: bool,
) -> int:
    """Measure predict on TensorFlow RELEASEs, each in its own environment, and print them side by side.

    A RELEASE is a version like 2.10.1, or 'installed' for the TensorFlow beside kprof. An environment that
    does not exist yet is made. Without a WORKLOAD, tiny is measured. A release that fails is reported, and
    the rest goes on: exit code 3.
    """
    require_known("format", format_name, FORMATS)
    request = Request(
        workloads=workloads or ("tiny",),
        entry_points=("predict",),
        instruments=instrument,
        processes=processes,
        budget_s=budget,
        calls=calls,
        out=out,
    )
    from ..launch import matrix as launch_matrix

    if dry_run:
        click.echo(launch_matrix.dry_run(request, releases))
        return 0
    from ..report import saved
    from ..report.pages import matrix as tables
    from ..report.pages import remarks
    from ..results import build
    from ..runs import record
    from . import output, progress

    with progress.make() as listener:
        outcome = launch_matrix.execute(request, releases, listener)
    report = build.build(outcome.run_path)
    saved.save(report, outcome.run_path)
    failures = record.read(outcome.run_path).manifest.failures
    found, below = tables.make(report), remarks.remarks(report, failures)
    if format_name == "json":
        click.echo(json.dumps(tables.to_json(found, failures, report), indent=1, allow_nan=False))
    elif format_name == "markdown":
        click.echo(tables.render_markdown(found, below), nl=False)
    else:
        click.echo(tables.render(found, below, output.terminal_style(None)[0]), nl=False)
    click.echo(f"kept in {outcome.run_path}", err=True)
    return outcome.exit_code
