"""``kprof list``: the runs that are kept."""

from __future__ import annotations

import click

from . import options

EPILOG = """\b
Examples:
  kprof list
  kprof list --format json
  KPROF_TRACES=~/runs kprof list
"""


@click.command(name="list", epilog=EPILOG)
@options.shown
def list_runs(format_name: str, output: str | None) -> int:
    """List the runs that are kept, oldest first."""
    from ..report.pages import runs as pages
    from ..runs import find
    from ..runs.location import traces_folder
    from .output import show

    folder = traces_folder()
    found = find.list_runs(folder)
    if not found:
        click.echo(f"{folder}: no runs yet; `kprof run` makes one", err=True)
    show(pages.page(found), format_name, output)
    return 0
