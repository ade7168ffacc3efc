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
    TensorFlow, and the run is not changed. The exit code is 2 where no capture can be used.
    """
    from ..protocol.errors import EXIT_DONE, EXIT_USAGE
    from ..report.pages import report as pages
    from ..results import build
    from ..runs import find
    from .output import show

    found = build.build(find.find(run_name), smallest_effect)
    show(pages.page(found), format_name, output)
    usable = any(capture.status == "ok" for variant in found.variants for capture in variant.captures)
    return EXIT_DONE if usable else EXIT_USAGE
