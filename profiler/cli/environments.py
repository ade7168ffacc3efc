"""``kprof environments``: the environments that were made for TensorFlow releases."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  kprof environments list
  kprof environments remove tf2.0.0-py3.7
"""


@click.group(epilog=EPILOG)
def environments() -> None:
    """List or remove the environments made for TensorFlow releases.

    They lie in the user's cache folder ($KPROF_CACHE, else the XDG one), one a release.
    """


@environments.command("list")
def list_() -> None:
    """Print each environment with its state and its size on disk."""
    from ..environments import list_environments
    from ..report.numbers import plain, size

    stored = list_environments()
    if not stored:
        click.echo("no environment has been made yet; kprof matrix makes those that it needs", err=True)
    for one in stored:
        packages = one.environment.packages if one.environment else {}
        keras = packages.get("keras", "in TensorFlow")
        state = plain(one.problem) if one.problem else f"complete, Keras {keras}"
        shared = f", {size(one.shared_bytes)} of it shared with uv's cache" if one.shared_bytes else ""
        click.echo(f"{one.slug}: {state}, {size(one.size_bytes)}{shared}")


@environments.command("remove")
@click.argument("slugs", metavar="SLUG...", nargs=-1, required=True)
def remove(slugs: tuple[str, ...]) -> None:
    """Remove environments, named as the list names them, like tf2.0.0-py3.7."""
    from ..environments import remove as remove_environment

    for slug in slugs:
        remove_environment(slug)
        click.echo(f"removed {slug}", err=True)
