"""``kprof report``: a run's report, derived again from the run alone."""

from __future__ import annotations

import json

import click

from ..protocol.vocabulary import require_known
from . import options

FORMATS = ("terminal", "markdown", "json", "csv")

EPILOG = """\b
Examples:
  kprof report latest
  kprof report latest --format json --output report.json
  kprof report latest --format markdown --output report.md
  kprof report latest --format csv --output report.csv
  kprof report latest --smallest-effect 0.1      is a tenth more or less the same to you?
  kprof report latest | less -S
"""


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@options.shown_as(FORMATS)
@options.output
@click.option(
    "--smallest-effect",
    type=float,
    metavar="FRACTION",
    help="Judge by another smallest change of time that matters. [default: the run's]",
)
def report(run_name: str, format_name: str, output: str | None, smallest_effect: float | None) -> int:
    """Print a run's speed and each internal's share.

    RUN is a path, a run's name, or 'latest'. The report is derived from the run's files alone, without
    TensorFlow, and the run is not changed.
    """
    require_known("format", format_name, FORMATS)
    from ..report.formats import flat_table, report_markdown, terminal
    from ..results import build
    from ..runs import find
    from . import output as destination

    found = build.build(find.find(run_name), smallest_effect)
    if format_name == "json":
        text = json.dumps(found.to_json(), indent=1, allow_nan=False) + "\n"
    elif format_name == "markdown":
        text = report_markdown.render(found)
    elif format_name == "csv":
        text = flat_table.to_csv(found)
    else:
        text = terminal.render(found, *destination.terminal_style(output))
    destination.deliver(text, output)
    return 0
