"""``kprof matrix``: the same measurement on several TensorFlow releases, side by side."""

from __future__ import annotations

from typing import Any

import click

from ..plan.request import Request
from . import options
from .values import Words

EPILOG = """\b
Examples:
  kprof matrix 2.0.0,2.1.0,2.15.1,2.21.0
  kprof matrix 2.4.4,2.15.1,installed tiny medium --budget 4
  kprof matrix 2.0.0,2.21.0 --instrument wall --dry-run
"""


@click.command(epilog=EPILOG)
@click.argument("releases", metavar="RELEASE,RELEASE", type=Words())
@click.argument("workloads", metavar="[WORKLOAD]...", nargs=-1)
@options.of_request("instruments", "processes", "budget_s", "calls", "out")
@options.shown
@options.dry_run
def matrix(
    releases: tuple[str, ...],
    workloads: tuple[str, ...],
    format_name: str,
    output: str | None,
    dry_run: bool,
    **given: Any,
) -> int:
    """Measure predict on several TensorFlow releases, side by side.

    A RELEASE is a version like 2.10.1, or 'installed' for the TensorFlow beside kprof. Each is measured in an
    environment of its own, which is made if it does not exist yet. Fresh processes are taken in rounds, one
    of each in a random order. Without a WORKLOAD, tiny is measured. A release that fails is reported, the
    others are measured all the same, and the exit code is 3.
    """
    request = Request(workloads=workloads or ("tiny",), entry_points=("predict",), **given)
    from ..launch import matrix as launch_matrix

    if dry_run:
        click.echo(launch_matrix.dry_run(request, releases))
        return 0
    from ..report.pages import matrix as pages
    from .output import require_writable, show
    from .releases import measure

    require_writable(output)
    finished, code = measure(request, releases)
    show(pages.page(finished.report, finished.failures), format_name, output)
    return code
