"""``kprof list``: the runs that are kept."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  kprof list
  KPROF_TRACES=~/runs kprof list
"""


@click.command(name="list", epilog=EPILOG)
def list_runs() -> int:
    """List the runs that are kept, oldest first."""
    from ..report.numbers import plain, size
    from ..runs import find

    folder = find.traces_folder()
    runs = find.list_runs(folder)
    if not runs:
        click.echo(f"{folder}: no runs yet; `kprof run` makes one", err=True)
        return 0
    rows = [("run", "created", "captures", "size", "workloads", "environments", "status")]
    for one in runs:
        joined = (", ".join(one.workloads), ", ".join(one.environments))
        rows.append((one.name, one.created, str(one.captures), size(one.bytes), *joined, one.status))
    widths = [max(len(plain(row[column])) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo(
            "  ".join(plain(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    return 0
