"""``kprof compare``: two runs side by side, before and after a change or an upgrade."""

from __future__ import annotations

import json

import click

from ..protocol.vocabulary import require_known
from . import options

FORMATS = ("terminal", "markdown", "json")

EPILOG = """\b
Examples:
  kprof compare 20260105-101500-tf2.20.0-py3.11 latest
  kprof compare before latest --smallest-effect 0.02
  kprof compare before latest --format markdown --output comparison.md
"""


@click.command(epilog=EPILOG)
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN")
@options.shown_as(FORMATS)
@options.output
@click.option(
    "--smallest-effect",
    type=float,
    metavar="E",
    help="Smallest change of time that matters, as a fraction. [default: the first run's]",
)
def compare(
    before: str, after: str, format_name: str, output: str | None, smallest_effect: float | None
) -> int:
    """Say what changed from the first RUN to the second.

    Variants are matched by id, whatever release they ran on: each gets the ratio of its times with a
    verdict, and the change of every internal's share. A RUN is a path, a run's name, or 'latest'.
    """
    require_known("format", format_name, FORMATS)
    from ..compare import runs
    from ..report.formats import comparison_markdown, comparison_terminal
    from ..runs import find
    from .output import deliver, terminal_style

    found = runs.compare(find.find(before), find.find(after), smallest_effect)
    if format_name == "json":
        text = json.dumps(found.to_json(), indent=1, allow_nan=False) + "\n"
    elif format_name == "markdown":
        text = comparison_markdown.render(found)
    else:
        text = comparison_terminal.render(found, *terminal_style(output))
    deliver(text, output)
    return 0
