"""``kprof layers``: the time of each layer of one variant's model."""

from __future__ import annotations

import click

from . import options

EPILOG = """\b
Examples:
  kprof layers latest
  kprof layers latest --variant medium/compiled/predict/b32 --all
  kprof layers logs                              a log directory of another program
"""


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@options.variant
@click.option("--all", "whole", is_flag=True, help="Show small layers too, each in a row of its own.")
@options.session
@options.shown
def layers(
    run_name: str, variant: str | None, whole: bool, session: str | None, format_name: str, output: str | None
) -> int:
    """Show the time of each layer of the model.

    It comes from the kernels in the TensorFlow profiler's trace, each of which carries the name scope of its
    layer. Layers of nested models, and each use of a layer that is used several times, have rows of their
    own; kernels without a layer's scope have one together. JSON and CSV hold every layer.

    RUN may also be an .xplane.pb of another program or its log directory: layers are guessed there from the
    names of kernels.
    """
    from ..report.pages import layers as pages
    from ..results import layers as results
    from ..runs import find, foreign, record, selection
    from .output import say, show

    theirs = foreign.meant(run_name)
    if theirs is not None:
        options.require_no_variant(variant)
        report = results.of_trace(foreign.open_file(theirs, session).trace(), run_name)
        show(pages.page(report, whole), format_name, output)
        return 0
    selection.require_no_session(session)
    found = results.of_run(record.read(find.find(run_name)), variant)
    if found.skipped:
        say(found.skipped, err=True)
    show(pages.page(found.report, whole), format_name, output)
    return 0
