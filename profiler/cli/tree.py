"""``kprof tree``: one variant's calls as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..protocol.errors import UsageError
from . import options
from .values import Name, Share

if TYPE_CHECKING:
    from ..report.blocks import Page
    from ..runs.foreign import Foreign

INSTRUMENTS = ("tfprofiler",)

EPILOG = """\b
Examples:
  kprof tree latest
  kprof tree latest --variant tiny/compiled/predict/b32 --min-share 5%
  kprof tree latest --no-runtime | less -S
  kprof tree program.prof                        a call graph: cProfile keeps no stacks
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
@options.session
@options.shown
def tree(
    run_name: str,
    variant: str | None,
    least_share: float,
    runtime: bool,
    instrument: str,
    session: str | None,
    format_name: str,
    output: str | None,
) -> int:
    """Show one variant's calls as a tree, down to the kernels.

    All measured calls are merged. Pass-through frames are collapsed, but never those of the catalogue's
    internals. cProfile records callers, not stacks, so the tree comes from the TensorFlow profiler.

    RUN may also be a file of another profiler: an .xplane.pb or its log directory gives the exact tree of its
    calls, a .prof a call graph.
    """
    from ..attribution import tree, validated
    from ..catalogue import catalogue, presence
    from ..report.pages import call_tree
    from ..runs import find, foreign, record, selection
    from .output import say, show

    theirs = foreign.meant(run_name)
    if theirs is not None:
        options.require_no_variant(variant)
        opened = foreign.open_file(theirs, session)
        show(_page(run_name, opened, least_share, runtime), format_name, output)
        return 0
    selection.require_no_session(session)
    run = record.read(find.find(run_name))
    found = validated.load(run, variant)
    if found.skipped:
        say(found.skipped, err=True)
    capture = found.capture
    resolutions = presence.of_variant(catalogue.load(), run, capture.environment, capture.variant)
    roots = tree.view(found, resolutions, least_share, runtime)
    show(call_tree.page(found, roots, least_share), format_name, output)
    return 0


def _page(name: str, opened: Foreign, least_share: float, runtime: bool) -> Page:
    """Return the page of someone else's file."""
    from ..attribution import tree
    from ..attribution.foreign import graph_tree, trace_stacks
    from ..catalogue import catalogue
    from ..report.pages import call_graph, call_tree

    known = catalogue.load()
    if opened.holds_callers:
        graph = graph_tree.view(opened.profile(), known, least_share)
        return call_graph.page(name, graph, least_share)
    found = trace_stacks.load(opened.trace(), known, name)
    return call_tree.page(found, tree.view(found, found.resolutions, least_share, runtime), least_share)
