"""``kprof environments``: the environments that were made for TensorFlow releases."""

from __future__ import annotations

import click

from . import options

EPILOG = """\b
Examples:
  kprof environments list
  kprof environments remove tf2.0.0-py3.7
"""


@click.group(epilog=EPILOG)
def environments() -> None:
    """List or remove the environments made for TensorFlow releases.

    They are kept in the user's cache folder ($KPROF_CACHE, else the XDG one), one for each release.
    """


@environments.command("list")
@options.shown
def list_(format_name: str, output: str | None) -> None:
    """Print each environment with its state and its size on disk."""
    from ..environments import list_environments
    from ..report.pages import environments as pages
    from .output import show

    stored = list_environments()
    if not stored:
        click.echo("no environment has been made yet; kprof matrix makes those that it needs", err=True)
    show(pages.page(stored), format_name, output)


@environments.command("remove")
@click.argument("slugs", metavar="SLUG...", nargs=-1, required=True)
def remove(slugs: tuple[str, ...]) -> None:
    """Remove environments by the names that the list shows."""
    from ..environments import remove as remove_environment

    for slug in slugs:
        remove_environment(slug)
        click.echo(f"removed {slug}", err=True)
