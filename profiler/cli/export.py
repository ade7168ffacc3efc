"""``kprof export``: a variant's exact call tree in a format of other tools."""

from __future__ import annotations

import click

from ..protocol.vocabulary import require_known

FORMATS = ("speedscope", "pstats", "folded")

EPILOG = """\b
Examples:
  kprof export latest --format speedscope --output predict.speedscope.json
  kprof export latest --format pstats --output predict.prof
  kprof export latest --format folded --variant tiny/uncompiled/predict/b32 | flamegraph.pl > flame.svg
"""


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@click.option("--format", "format_name", required=True, metavar="F", help=", ".join(FORMATS))
@click.option("--variant", metavar="ID", help="ID or ENV:ID. [default: the compiled predict of tiny]")
@click.option("--output", metavar="FILE", help="Write there; pstats needs it. [default: standard output]")
def export(run_name: str, format_name: str, variant: str | None, output: str | None) -> int:
    """Write a variant's exact call tree for other tools.

    The tree comes from the TensorFlow profiler's trace: Python frames, TensorFlow's runtime and its kernels
    on the calling thread, all measured calls together. speedscope has a page of that name, which needs no
    upload; pstats is for pstats, snakeviz and gprof2dot; folded (numbers in ps) for flame graph scripts.
    """
    require_known("format", format_name, FORMATS)
    from ..attribution import caller_profile, validated
    from ..export import folded, pstats, speedscope
    from ..protocol.errors import UsageError
    from ..runs import find, record
    from . import output as destination

    if format_name == "pstats" and output is None:
        raise UsageError("--format pstats: gives bytes; name a file with --output")
    found = validated.load(record.read(find.find(run_name)), variant)
    if found.skipped:
        destination.say(found.skipped, err=True)
    if format_name == "pstats":
        pstats.write(caller_profile.make(found.stacks, found.places), str(output))
    elif format_name == "speedscope":
        name = f"{found.capture.variant.id} on {found.capture.environment}"
        destination.deliver_pieces(speedscope.render(found.stacks, found.places, name), output)
    else:
        destination.deliver_pieces(folded.render(found.stacks, found.places), output)
    if output is not None:
        destination.say(f"{found.capture.variant.id} on {found.capture.environment}: {output}", err=True)
    return 0
