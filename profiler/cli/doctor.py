"""``kprof doctor``: whether this machine can measure."""

from __future__ import annotations

import click

from ..protocol.errors import EXIT_DONE, EXIT_GATE_FAILED

EPILOG = """\b
Examples:
  kprof doctor
  kprof doctor --python ~/envs/gpu/bin/python
"""


@click.command(epilog=EPILOG)
@click.option("--python", metavar="PATH", help="The interpreter to measure. [default: kprof's own]")
@click.option("--out", metavar="DIR", help="Where runs would go. [default: ./traces or $KPROF_TRACES]")
def doctor(python: str | None, out: str | None) -> int:
    """Check that this machine can measure, and say what to do where it cannot.

    A line for each finding: ok, warn (it works, but) or fail. Exits with 1 when something failed.
    """
    from .. import doctor as checks
    from ..readers import run_directory
    from ..report.numbers import plain

    worst = EXIT_DONE
    for check in checks.examine(python, run_directory.traces_folder(out)):
        remedy = f" -> {check.remedy}" if check.remedy else ""
        click.echo(plain(f"{check.status:<4}  {check.name}: {check.found}{remedy}"))
        if check.status == checks.FAIL:
            worst = EXIT_GATE_FAILED
    return worst
