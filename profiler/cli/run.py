"""``kprof run``: measure, and print the report."""

from __future__ import annotations

import click

from ..plan import BUDGET_S, Request
from .values import numbers, words

EPILOG = """\b
Examples:
  kprof run                                      both models, both states: under 5 minutes
  kprof run tiny --budget 2                      a quick look at the tiny model
  kprof run tiny --entry-point predict,call --batch-size 1,32,256
  kprof run medium --compile-state compiled --instrument wall
  kprof run --full                               the study's counts: 1000 tiny calls, 10 medium
  kprof run --python ~/envs/gpu/bin/python       another environment's TensorFlow
  kprof run --dry-run                            the plan and its estimated time, nothing else
"""


@click.command(epilog=EPILOG)
@click.argument("workloads", metavar="[WORKLOAD]...", nargs=-1)
@click.option("--rows", type=int, metavar="N", help="Rows of one call. [default: one batch]")
@click.option("--compile-state", callback=words, metavar="S,S", help="uncompiled, compiled. [default: both]")
@click.option(
    "--entry-point",
    callback=words,
    metavar="E,E",
    help="predict, predict_on_batch, call, function. "
    "[default: predict, and a look at the others on the compiled model]",
)
@click.option("--batch-size", callback=numbers, metavar="N,N", help="Batch sizes. [default: 32]")
@click.option("--instrument", callback=words, metavar="I,I", help="wall, cprofile. [default: both]")
@click.option("--processes", type=int, metavar="N", help="Fresh processes that time each variant.")
@click.option(
    "--budget",
    type=float,
    default=BUDGET_S,
    show_default=True,
    metavar="SECONDS",
    help="Measured time of each variant under each instrument, all its processes together.",
)
@click.option("--calls", type=int, metavar="N", help="Exactly so many calls instead of a budget.")
@click.option("--full", is_flag=True, help="The study's own counts: 1000 calls of tiny, 10 of medium.")
@click.option("--python", metavar="PATH", help="The interpreter to measure. [default: kprof's own]")
@click.option("--out", metavar="DIR", help="Where runs are kept. [default: $KPROF_TRACES or ./traces]")
@click.option("--dry-run", is_flag=True, help="Print the plan and its estimated time only.")
def run(
    workloads: tuple[str, ...],
    rows: int | None,
    compile_state: tuple[str, ...],
    entry_point: tuple[str, ...],
    batch_size: tuple[int, ...],
    instrument: tuple[str, ...],
    processes: int | None,
    budget: float,
    calls: int | None,
    full: bool,
    python: str | None,
    out: str | None,
    dry_run: bool,
) -> int:
    """Measure WORKLOADs and print the report.

    A WORKLOAD is tiny or medium; without one, both are measured.
    One fresh process after another calls predict() with nothing attached, for speed, and under cProfile,
    for the shares of the framework's internals. Exit code 3 means that some captures failed.
    """
    request = Request(
        workloads=workloads,
        compile_states=compile_state,
        entry_points=entry_point,
        batch_sizes=batch_size,
        rows=rows,
        instruments=instrument,
        processes=processes,
        budget_s=budget,
        calls=calls,
        full=full,
        python=python,
        out=out,
    )
    from .. import launch

    if dry_run:
        click.echo(launch.dry_run(request))
        return 0
    from ..report import build
    from . import progress, screen

    with progress.make() as listener:
        outcome = launch.execute(request, listener)
    report = build.build(outcome.run_path)
    build.save(report, outcome.run_path)
    click.echo(screen.render(report), nl=False)
    name = outcome.run_path if out else outcome.run_path.name
    click.echo(f"kept in {outcome.run_path}; flame graph: kprof view {name} snakeviz", err=True)
    return outcome.exit_code
