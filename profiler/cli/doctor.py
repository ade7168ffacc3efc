"""``kprof doctor``: whether this machine can measure."""

from __future__ import annotations

import dataclasses
import json
import sys

import click

from ..protocol import schemas
from ..protocol.errors import EXIT_DONE, EXIT_GATE_FAILED
from ..protocol.vocabulary import require_known
from . import options, progress

FORMATS = ("terminal", "json")

EPILOG = """\b
Examples:
  kprof doctor
  kprof doctor --python ~/envs/gpu/bin/python
  kprof doctor --format json
"""


@click.command(epilog=EPILOG)
@click.option("--python", metavar="PATH", help="The interpreter to measure. [default: kprof's own]")
@click.option("--out", metavar="DIR", help="Where runs would go. [default: ./traces or $KPROF_TRACES]")
@options.shown_as(FORMATS)
def doctor(python: str | None, out: str | None, format_name: str) -> int:
    """Check that this machine can measure, and say what to do where it cannot.

    A line for each finding: ok, warn (it works, but) or fail. Exits with 1 when something failed.
    """
    from ..launch import doctor as checks
    from ..launch.listener import Silent
    from ..report.numbers import plain
    from ..runs import find

    require_known("format", format_name, FORMATS)
    listener = progress.Lines() if sys.stderr.isatty() else Silent()
    found = []
    for check in checks.examine(python, find.traces_folder(out), listener):
        found.append(check)
        if format_name == "terminal":
            remedy = f" -> {check.remedy}" if check.remedy else ""
            click.echo(plain(f"{check.status:<4}  {check.name}: {check.found}{remedy}"))
    if format_name == "json":
        document = {"schema": schemas.DOCTOR, "checks": [dataclasses.asdict(check) for check in found]}
        click.echo(json.dumps(document, indent=2))
    failed = any(check.status == checks.FAIL for check in found)
    return EXIT_GATE_FAILED if failed else EXIT_DONE
