"""``kprof compare``: two runs side by side, before and after a change or an upgrade."""

from __future__ import annotations

import click

from . import options

EPILOG = """\b
Examples:
  kprof compare 20260105-101500-tf2.20.0-py3.11 latest
  kprof compare before latest --smallest-effect 0.02
  kprof compare before latest --format markdown --output comparison.md
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
def compare(
    before: str, after: str, format_name: str, output: str | None, smallest_effect: float | None
) -> int:
    """Say what changed from the first RUN to the second.

    Variants are matched by id, whatever release they ran on. Each is shown with the ratio of its times, a
    verdict, and the change of every internal's share. A RUN is a path, a run's name, or 'latest'.
    """
    from ..compare import runs
    from ..report.pages import comparison
    from ..runs import find
    from .output import show

    found = runs.compare(find.find(before), find.find(after), smallest_effect)
    show(comparison.page(found), format_name, output)
    return 0
