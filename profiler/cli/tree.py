"""``kprof tree``: one variant's calls as a tree."""

from __future__ import annotations

import re

import click

from ..protocol.errors import UsageError
from ..protocol.vocabulary import require_known

INSTRUMENTS = ("tfprofiler",)

EPILOG = """\b
Examples:
  kprof tree latest
  kprof tree latest --variant tiny/compiled/predict/b32 --min-share 5%
  kprof tree latest --no-runtime | less -S
"""


def _share(context: click.Context, option: click.Parameter, value: str) -> float:
    """Return a share given as ``2%`` or ``0.02``.

    Raises:
        UsageError: it is neither, or not between 0 and 1.
    """
    number = re.fullmatch(r"(\d+\.?\d*|\.\d+)(\s*%)?", value.strip())
    share = float(number[1]) / (100 if number[2] else 1) if number else -1.0
    if not 0 <= share <= 1:
        raise UsageError(f"{option.opts[0]} {value}: give a share of the call, like 2% or 0.02")
    return share


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@click.option("--variant", metavar="ID", help="ID or ENV:ID. [default: the compiled predict of tiny]")
@click.option(
    "--min-share",
    "least_share",
    default="2%",
    show_default=True,
    metavar="P",
    callback=_share,
    help="Leave out what has less of the call.",
)
@click.option(
    "--runtime/--no-runtime", default=True, show_default=True, help="Show what TensorFlow's runtime did."
)
@click.option(
    "--instrument", default=INSTRUMENTS[0], show_default=True, metavar="I", help="Whose captures to read."
)
def tree(run_name: str, variant: str | None, least_share: float, runtime: bool, instrument: str) -> int:
    """Show one variant's calls as a tree, from predict down to the kernels.

    All measured calls are merged. Frames that only pass on are folded; the internals of the catalogue never
    are. A profile of cProfile knows callers, not stacks, so the tree comes from the TensorFlow profiler.
    """
    if instrument == "cprofile":
        raise UsageError(
            "--instrument cprofile: it keeps callers, not stacks; use tfprofiler, or view snakeviz"
        )
    require_known("instrument", instrument, INSTRUMENTS)
    from ..attribution import tree, validated
    from ..catalogue import catalogue, presence
    from ..report.pages import call_tree
    from ..runs import find, record
    from . import output

    run = record.read(find.find(run_name))
    found = validated.load(run, variant)
    if found.skipped:
        output.say(found.skipped, err=True)
    capture = found.capture
    standings = presence.of_variant(catalogue.load(), run, capture.environment, capture.variant)
    roots = tree.view(found, standings, least_share, runtime)
    text = call_tree.render(found, roots, least_share, *output.terminal_style(None))
    output.deliver(text, None)
    return 0
