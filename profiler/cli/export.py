"""``kprof export``: a variant's exact call tree in a format of other tools."""

from __future__ import annotations

import click

from ..export import FORMATS
from . import options
from .values import Name

EPILOG = """\b
Examples:
  kprof export latest --format speedscope --output predict.speedscope.json
  kprof export latest --format pstats --output predict.prof
  kprof export latest --format folded --variant tiny/uncompiled/predict/b32 | flamegraph.pl > flame.svg
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
@click.option("--output", metavar="FILE", help="Write there; pstats needs it. [default: standard output]")
def export(run_name: str, format_name: str, variant: str | None, output: str | None) -> int:
    """Write a variant's exact call tree for other tools.

    The tree comes from the TensorFlow profiler's trace: Python frames, TensorFlow's runtime and its kernels
    on the calling thread, all measured calls together. speedscope has a page of that name, which needs no
    upload; pstats is for pstats, snakeviz and gprof2dot; folded (numbers in ps) for flame graph scripts.
    """
    import importlib

    from ..attribution import validated
    from ..protocol.errors import UsageError
    from ..runs import find, record
    from .output import deliver, require_writable, say

    chosen = FORMATS[format_name]
    if chosen.binary and output is None:
        raise UsageError("gives bytes", f"--format {format_name}", "name a file with --output")
    require_writable(output)
    found = validated.load(record.read(find.find(run_name)), variant)
    if found.skipped:
        say(found.skipped, err=True)
    name = f"{found.capture.variant.id} on {found.capture.environment}"
    writer = importlib.import_module(f"..export.{chosen.module}", __package__)
    deliver(writer.pieces(found.stacks, found.places, name), output)
    if output is not None:
        say(f"{name}: {output}", err=True)
    return 0
