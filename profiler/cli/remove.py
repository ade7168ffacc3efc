"""``kprof remove``: deletes runs."""

from __future__ import annotations

import sys

import click

from ..protocol.errors import UsageError

EPILOG = """\b
Examples:
  kprof list
  kprof remove 20261123-064409-tf2.21.0-py3.11
  kprof remove latest --yes
  kprof remove 20261123-064409-tf2.21.0-py3.11/.partial-3
"""


@click.command(epilog=EPILOG)
@click.argument("run_names", metavar="RUN...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(run_names: tuple[str, ...], yes: bool) -> int:
    """Remove runs, with all their captures.

    RUN is a path, a run's name, or 'latest'; RUN/.partial-N is a capture of it that was cut short. The runs
    are listed, and nothing is removed before you agree.
    """
    from ..report.numbers import plain, size
    from ..runs import removal
    from ..runs.location import traces_folder

    chosen = removal.choose(run_names, traces_folder())
    for run in chosen:
        click.echo(plain(f"{run.path} ({size(run.bytes)})"), err=True)
    if not yes:
        if not sys.stdin.isatty():
            what = "standard input is no terminal, so you cannot be asked"
            raise UsageError(what, to_do="add --yes to remove what is listed")
        if not click.confirm("Remove?", err=True):
            return 0
    for run in chosen:
        removal.remove(run)
        click.echo(plain(f"removed {run.path}"))
    return 0
