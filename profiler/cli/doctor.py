"""``kprof doctor``: whether this machine can measure."""

from __future__ import annotations

import sys

import click

from ..protocol.errors import EXIT_DONE, EXIT_GATE_FAILED
from ..report import formats
from . import options, progress

EPILOG = """\b
Examples:
  kprof doctor
  kprof doctor --python ~/envs/gpu/bin/python
  kprof doctor --format json
"""


@click.command(epilog=EPILOG)
@click.option("--python", metavar="PATH", help="The interpreter to measure. [default: kprof's own]")
@click.option("--out", metavar="DIR", help="Where runs would go. [default: ./traces or $KPROF_TRACES]")
@options.shown
def doctor(python: str | None, out: str | None, format_name: str, output: str | None) -> int:
    """Check that this machine can measure.

    Prints a line for each check: ok, warn (it works, but) or fail, with what to do about it. The exit code is
    1 when a check failed.
    """
    from ..launch import doctor as checks
    from ..launch.listener import Silent
    from ..report.pages import doctor as pages
    from ..runs.location import traces_folder
    from .output import show

    listener = progress.Lines() if sys.stderr.isatty() else Silent()
    # checks take seconds: on a terminal each is shown when it is made
    at_once = format_name == formats.DEFAULT and output is None
    found = []
    for check in checks.examine(python, traces_folder(out), listener):
        found.append(check)
        if at_once:
            show(pages.page([check]))
    if not at_once:
        show(pages.page(found), format_name, output)
    failed = any(check.status == checks.FAIL for check in found)
    return EXIT_GATE_FAILED if failed else EXIT_DONE
