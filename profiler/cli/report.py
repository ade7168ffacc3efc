"""``kprof report``: a run's report, derived again from the run alone."""

from __future__ import annotations

import click

from . import options

EPILOG = """\b
Examples:
  kprof report latest
  kprof report latest --format json --output report.json
  kprof report latest --format markdown --output report.md
  kprof report latest --format csv --output report.csv
  kprof report latest --smallest-effect 0.1      count changes below a tenth as the same
  kprof report latest | less -S
"""


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@options.shown
@click.option(
    "--smallest-effect",
    type=float,
    metavar="FRACTION",
    help="The smallest change of time that matters to you. [default: the run's]",
)
def report(run_name: str, format_name: str, output: str | None, smallest_effect: float | None) -> int:
    """Print a run's speed and each internal's share.

    RUN is a path, a run's name, or 'latest'. The report is derived from the run's files alone, without
    TensorFlow, and the run is not changed.
    """
    from ..report.pages import report as pages
    from ..results import build
    from ..runs import find
    from .output import show

    show(pages.page(build.build(find.find(run_name), smallest_effect)), format_name, output)
    return 0
