"""``kprof advise``: what to call instead of predict, as a diff of the line that calls it."""

from __future__ import annotations

from typing import Any

import click

from ..plan import advising as planning
from ..plan.request import Request
from ..protocol.errors import UsageError
from . import options

EPILOG = """\b
Examples:
  kprof advise --model model.keras                        your own model, one batch of drawn input a call
  kprof advise --model pkg.mod:factory --input x.npy      your own input
  kprof advise --model model.keras --rows 1..100          from 1 to 100 rows a call, drawn anew for each
  kprof advise --model model.keras --rows 1 --calls-per-batch 16   where 16 inputs are at hand at once
  kprof advise tiny --xla --extras                        XLA and other runtimes too, where installed
  kprof advise tiny --format json | jq .recommended       for a script

A factory, an .h5 file and a SavedModel folder run their author's code; a .keras file is read in safe mode.
"""


@click.command(epilog=EPILOG)
@click.argument("workload", metavar="[WORKLOAD]", required=False)
@options.of_request("model", "input", "input_shape")
@click.option(
    "--rows",
    "sizes",
    metavar="N|A..B|N,N",
    help="Rows of a call; several are drawn from. [default: one batch]",
)
@click.option(
    "--calls-per-batch", type=int, metavar="N", help="Try N inputs in one call: they are at hand at once."
)
@click.option("--xla", is_flag=True, help="Try what XLA compiles, too.")
@click.option("--extras", is_flag=True, help="Try an exported SavedModel, LiteRT, ONNX Runtime and OpenVINO.")
@options.of_request("processes")
@click.option(
    "--budget",
    "seconds",
    type=float,
    default=planning.BUDGET_S,
    show_default=True,
    metavar="SECONDS",
    help="Measured time of each way to call, all processes together.",
)
@options.of_request("python", "out")
@click.option("--tf", metavar="RELEASE", help="Make that TensorFlow release's environment and measure there.")
@options.shown
@options.dry_run
def advise(
    workload: str | None,
    sizes: str | None,
    seconds: float,
    calls_per_batch: int | None,
    xla: bool,
    extras: bool,
    tf: str | None,
    format_name: str,
    output: str | None,
    dry_run: bool,
    **given: Any,
) -> int:
    """Say what to call instead of predict, as a diff of your line.

    Tries every way to the same prediction beside predict, in turns and in fresh processes, and compares their
    outputs on several inputs. Prints the simplest of the fastest that give the same, as a diff of the line
    `y = model.predict(x, verbose=0)`; or that there is nothing to gain. A way that raises, hangs or runs out
    of memory costs its row alone. WORKLOAD is tiny or medium; --model names your own.
    """
    from ..advice import build
    from ..launch import advising
    from ..report import saved
    from ..report.pages import advice as pages
    from . import progress
    from .output import require_writable, show

    if tf is not None and given["python"] is not None:
        raise UsageError("names the interpreter to use", f"--tf {tf}", "leave out --python")
    request = Request(workloads=(workload,) if workload else (), budget_s=seconds, **given)
    rows = None if sizes is None else planning.sizes(sizes)
    asked = planning.Asked(request, rows, calls_per_batch, xla, extras)
    if dry_run:
        click.echo(advising.dry_run(asked))
        return 0
    require_writable(output)
    with progress.make() as listener:
        run_path = advising.execute(asked, listener, tf)
    page = pages.page(build.build(run_path))
    saved.save_advice(page.advice, run_path)
    show(page, format_name, output)
    click.echo(f"kept in {run_path}", err=True)
    return 0
