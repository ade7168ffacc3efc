"""``kprof validate``: prove on this machine that the instruments' shares are right."""

from __future__ import annotations

import dataclasses
from typing import Any

import click

from ..plan.request import Request
from ..protocol.errors import UsageError
from . import options
from .values import Words

EPILOG = """\b
Examples:
  kprof validate                                        every instrument, on the compiled tiny model
  kprof validate --internals data_adapter,execute       slow these two alone
  kprof validate --tf 2.0.0 --instrument probes         in another release's environment
  kprof validate --model model.keras --input x.npz      on your own model
"""


@click.command(epilog=EPILOG)
@click.argument("workload", metavar="[WORKLOAD]", default="tiny")
@options.of_request(
    "model",
    "input",
    "input_shape",
    "rows",
    "compile_states",
    "entry_points",
    "batch_sizes",
    "instruments",
    "calls",
    "python",
)
@click.option("--tf", metavar="RELEASE", help="Make that TensorFlow release's environment and prove there.")
@click.option("--internals", type=Words(), default=(), metavar="I,I", help="Slow these. [default: all]")
@options.shown
@options.dry_run
def validate(
    workload: str,
    tf: str | None,
    internals: tuple[str, ...],
    format_name: str,
    output: str | None,
    dry_run: bool,
    calls: int | None,
    **given: Any,
) -> int:
    """Prove that the instruments' shares are right.

    Makes one internal of predict at a time wait for a known time, predicts what its share must become, and
    compares that with what each instrument says. The exit code is 0 where all errors lie within the bounds
    (2 points for probes, 5 for the others), 1 where one lies beyond, and 4 where the calls were too few to
    tell. What is proven is printed beside the shares of later runs on this machine.
    """
    from ..launch import proving
    from ..report.pages import validation as pages
    from . import progress
    from .output import require_writable, show

    if tf is not None and given["python"] is not None:
        raise UsageError("names the interpreter to use", f"--tf {tf}", "leave out --python")
    workloads = () if given["model"] is not None else (workload,)
    request = Request(workloads=workloads, **given)
    chosen = dataclasses.replace(
        request,
        compile_states=request.compile_states or ("compiled",),
        entry_points=request.entry_points or ("predict",),
    )
    asked = proving.Asked(chosen, internals, calls)
    if dry_run:
        click.echo(proving.dry_run(asked))
        return 0
    require_writable(output)
    with progress.make() as listener:
        found = proving.validate(asked, listener, tf)
    show(pages.page(found), format_name, output)
    return found.exit_code
