"""``kprof export``: a variant's exact call tree in a format of other tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ..export import FORMATS
from . import options
from .values import Name

if TYPE_CHECKING:
    from ..runs.foreign import Foreign

EPILOG = """\b
Examples:
  kprof export latest --format speedscope --output predict.speedscope.json
  kprof export latest --format pstats --output predict.prof
  kprof export latest --format folded --variant tiny/uncompiled/predict/b32 | flamegraph.pl > flame.svg
  kprof export logs --format speedscope --output steps.speedscope.json
"""


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@click.option(
    "--format",
    "format_name",
    type=Name("format", tuple(FORMATS)),
    required=True,
    metavar="F",
    help=", ".join(FORMATS),
)
@options.variant
@options.session
@click.option("--output", metavar="FILE", help="Write there; pstats needs it. [default: standard output]")
def export(
    run_name: str, format_name: str, variant: str | None, session: str | None, output: str | None
) -> int:
    """Write a variant's exact call tree for other tools.

    The tree comes from the TensorFlow profiler's trace: Python frames, TensorFlow's runtime and its kernels
    on the calling thread, all measured calls together. speedscope has a page of that name, which needs no
    upload; pstats is for pstats, snakeviz and gprof2dot; folded (numbers in ps) for flame graph scripts.

    RUN may also be a file of another profiler: an .xplane.pb or its log directory gives all three, a .prof
    gives pstats, with the folders of packages left out.
    """
    import importlib

    from ..attribution import validated
    from ..protocol.errors import UsageError
    from ..runs import find, foreign, record, selection
    from .output import deliver, require_writable, say

    chosen = FORMATS[format_name]
    if chosen.binary and output is None:
        raise UsageError("gives bytes", f"--format {format_name}", "name a file with --output")
    require_writable(output)
    theirs = foreign.meant(run_name)
    if theirs is not None:
        options.require_no_variant(variant)
        deliver(_pieces(run_name, foreign.open_file(theirs, session), format_name), output)
        return 0
    selection.require_no_session(session)
    found = validated.load(record.read(find.find(run_name)), variant)
    if found.skipped:
        say(found.skipped, err=True)
    name = f"{found.capture.variant.id} on {found.capture.environment}"
    writer = importlib.import_module(f"..export.{chosen.module}", __package__)
    deliver(writer.pieces(found.stacks, found.places, name), output)
    if output is not None:
        say(f"{name}: {output}", err=True)
    return 0


def _pieces(name: str, opened: Foreign, format_name: str) -> Iterator[str] | Iterator[bytes]:
    """Return someone else's file in a format.

    Raises:
        UsageError: it cannot give the format.
    """
    import importlib

    from ..attribution.foreign import trace_stacks
    from ..catalogue import catalogue
    from ..export import pstats
    from ..protocol.errors import UsageError

    if opened.holds_callers:
        if format_name != "pstats":
            raise UsageError("keeps callers, not stacks", name, "a .prof gives --format pstats alone")
        return iter([pstats.to_bytes(opened.profile())])
    found = trace_stacks.load(opened.trace(), catalogue.load(), name)
    writer = importlib.import_module(f"..export.{FORMATS[format_name].module}", __package__)
    pieces: Iterator[str] | Iterator[bytes] = writer.pieces(found.stacks, found.places, found.subject.title)
    return pieces
