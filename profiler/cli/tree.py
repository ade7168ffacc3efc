"""``kprof tree``: one variant's calls as a tree."""

from __future__ import annotations

from typing import Any

import click

from ..protocol.errors import UsageError
from . import options
from .values import Name, Share

INSTRUMENTS = ("tfprofiler",)

EPILOG = """\b
Examples:
  kprof tree latest
  kprof tree latest --variant tiny/compiled/predict/b32 --min-share 5%
  kprof tree latest --no-runtime | less -S
"""


class _WithStacks(Name):
    """An instrument whose captures hold stacks."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the instrument's name.

        Raises:
            UsageError: it is unknown, or its captures hold no stacks.
        """
        if value == "cprofile":
            to_do = "use tfprofiler, or view snakeviz"
            raise UsageError("keeps callers, not stacks", "--instrument cprofile", to_do)
        return super().convert(value, param, ctx)


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@options.variant
@click.option(
    "--min-share",
    "least_share",
    default="2%",
    show_default=True,
    metavar="P",
    type=Share(),
    help="Leave out what takes a smaller share of the call.",
)
@click.option(
    "--runtime/--no-runtime", default=True, show_default=True, help="Show what TensorFlow's runtime did."
)
@click.option(
    "--instrument",
    type=_WithStacks("instrument", INSTRUMENTS),
    default=INSTRUMENTS[0],
    show_default=True,
    metavar="I",
    help="Whose captures to read.",
)
@options.shown
def tree(
    run_name: str,
    variant: str | None,
    least_share: float,
    runtime: bool,
    instrument: str,
    format_name: str,
    output: str | None,
) -> int:
    """Show one variant's calls as a tree, down to the kernels.

    All measured calls are merged. Pass-through frames are collapsed, but never those of the catalogue's
    internals. cProfile records callers, not stacks, so the tree comes from the TensorFlow profiler.
    """
    from ..attribution import tree, validated
    from ..catalogue import catalogue, presence
    from ..report.pages import call_tree
    from ..runs import find, record
    from .output import say, show

    run = record.read(find.find(run_name))
    found = validated.load(run, variant)
    if found.skipped:
        say(found.skipped, err=True)
    capture = found.capture
    resolutions = presence.of_variant(catalogue.load(), run, capture.environment, capture.variant)
    roots = tree.view(found, resolutions, least_share, runtime)
    show(call_tree.page(found, roots, least_share), format_name, output)
    return 0
