"""``kprof compare``: two runs side by side, before and after a change or an upgrade."""

from __future__ import annotations

import click

from . import options
from .values import Words

EPILOG = """\b
Examples:
  kprof compare 20260105-101500-tf2.20.0-py3.11 latest
  kprof compare before latest --smallest-effect 0.02
  kprof compare before latest --format markdown --output comparison.md
  kprof compare before.prof after.prof           two profiles: differences, no verdict
"""


@click.command(epilog=EPILOG)
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN")
@options.shown
@click.option(
    "--smallest-effect",
    type=float,
    metavar="E",
    help="Smallest change of time that matters, as a fraction. [default: the first run's]",
)
@click.option(
    "--session",
    "chosen",
    type=Words(),
    default=(),
    metavar="NAME,NAME",
    help="Which session of a log directory; two are that of the first RUN and that of the second.",
)
def compare(
    before: str,
    after: str,
    format_name: str,
    output: str | None,
    smallest_effect: float | None,
    chosen: tuple[str, ...],
) -> int:
    """Say what changed from the first RUN to the second.

    Variants are matched by id, whatever release they ran on. Each is shown with the ratio of its times, a
    verdict, and the change of every internal's share. A RUN is a path, a run's name, or 'latest'.

    Either may be a file of another profiler. Such a file holds one program, so that shares are compared and
    no verdict is drawn; both sides must have been measured alike.
    """
    from ..comparison import named
    from ..comparison.runs import RunComparison
    from ..report.pages import comparison, foreign_comparison
    from .output import show

    found = named.compare(before, after, smallest_effect, chosen)
    page = comparison.page(found) if isinstance(found, RunComparison) else foreign_comparison.page(found)
    show(page, format_name, output)
    return 0
