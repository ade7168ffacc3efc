"""``kprof sweep``: over sizes, and where the lines cross."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..plan import sweep as planning
from ..plan.request import Request
from ..plan.sweep import Sizes
from ..protocol.errors import UsageError
from ..protocol.options import option
from . import options

if TYPE_CHECKING:
    _Sizes = click.ParamType[Sizes]
else:
    _Sizes = click.ParamType

EPILOG = """\b
Examples:
  kprof sweep tiny                               by rows, in batches of 32 at most
  kprof sweep tiny --rows 1..100000 --points 9   another range
  kprof sweep tiny --batch-size 1..1024          by batch size, 1024 rows a call
  kprof sweep mlp --size 16..1024                by the width of the built-in scalable model
  kprof sweep --model model.keras --rows 1..512  your own model
  kprof sweep --model a.keras --model b.keras    several models beside each other
  kprof sweep tiny --plot sweep.svg              the lines as a picture
  kprof sweep --resume latest                    what an interrupted sweep lacks
  kprof sweep --dry-run                          the plan and its estimated time, nothing else
"""

_RUNS = ("python", "input")
_PLANNED = ("rows", "batch_sizes", "widths", "points", "processes", "budget_s")


class SizesType(_Sizes):
    """Sizes, as a list or a range."""

    name = "sizes"

    def __init__(self, field: str) -> None:
        self._field = field

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Sizes:
        """Return the sizes.

        Raises:
            OptionError: something else was given.
        """
        return value if isinstance(value, Sizes) else planning.sizes(value, self._field)


@click.command(epilog=EPILOG)
@click.argument("workload", metavar="[WORKLOAD]", required=False)
@click.option("--model", "models", multiple=True, metavar="SPEC", help="Your own model; again for several.")
@click.option(
    "--rows", type=SizesType("rows"), metavar="N,N|A..B", help="Rows of one call. [default: from 1 on]"
)
@click.option(
    "--batch-size",
    "batch_sizes",
    type=SizesType("batch_sizes"),
    metavar="N,N|A..B",
    help="Batch sizes. [default: all rows, 32 at most, as predict takes them]",
)
@click.option(
    "--size", "widths", type=SizesType("size"), metavar="N,N|A..B", help="Widths of the workload mlp."
)
@click.option("--points", default=planning.POINTS, show_default=True, help="Sizes of a range at first.")
@click.option(
    "--budget",
    "budget_s",
    metavar="SECONDS",
    default=planning.BUDGET_S,
    show_default=True,
    help="What all processes may take; what the first points leave is spent where lines cross.",
)
@click.option(
    "--processes", default=planning.PROCESSES, show_default=True, help="Fresh processes for each point."
)
@options.of_request(
    "input",
    "input_shape",
    "signature",
    "compile_states",
    "entry_points",
    "calls",
    "python",
    "smallest_effect",
    "pin",
    "out",
)
@click.option("--tf", metavar="RELEASE", help="Make that TensorFlow release's environment and sweep there.")
@click.option("--resume", metavar="RUN", help="Measure what an interrupted sweep lacks.")
@click.option("--plot", metavar="FILE", help="Draw the lines too: FILE.svg or FILE.png (needs kprof[plot]).")
@options.shown
@options.dry_run
@click.pass_context
def sweep(
    context: click.Context,
    /,
    workload: str | None,
    models: tuple[str, ...],
    tf: str | None,
    resume: str | None,
    plot: str | None,
    format_name: str,
    output: str | None,
    dry_run: bool,
    **given: Any,
) -> int:
    """Find the sizes from which on another call is faster.

    Sweeps rows, batch size, model size or models: measures every way to call at sizes on a logarithmic grid,
    then at more where overhead falls below 50 % and 10 % and where one way becomes faster than another.
    WORKLOAD is tiny (the default), medium, or mlp, the scalable model. Overhead is predict's time beyond that
    of the fastest other way to call the model.
    """
    from ..launch import sweeping
    from ..report import plot as plotting
    from ..report.pages import sweep as pages
    from ..runs import disk, find
    from ..runs.location import traces_folder
    from . import progress
    from .output import deliver, require_writable, show

    planned = {name: given.pop(name) for name in _PLANNED}
    base = Request(model=models[0] if models else None, **given)
    if tf is not None and (base.python is not None or resume is not None):
        raise UsageError("names the interpreter to measure", f"--tf {tf}", "leave out --python and --resume")
    require_writable(output)
    require_writable(plot)
    file_format = None if plot is None else plotting.require_drawable(plot)
    run_path = None if resume is None else find.find(resume, traces_folder(base.out))
    named = {} if run_path is None else _named(context, base, models)
    asked = planning.request(workload, base, beside=models[1:], **planned)
    if plot is not None and asked.axis == planning.MODEL:
        raise UsageError("a sweep over models has no sizes to draw", f"--plot {plot}", "leave it out")
    if dry_run:
        click.echo(sweeping.dry_run(asked, tf) if run_path is None else sweeping.lacking(run_path, named))
        return 0
    with progress.make() as listener:
        if run_path is None:
            outcome = sweeping.execute(asked, listener, tf)
        else:
            outcome = sweeping.go_on(run_path, named, listener)
    from ..report import saved

    with disk.room_in(outcome.run_path):
        found = saved.save_sweep(outcome.run_path)
    try:
        show(pages.page(found), format_name, output)
        if plot is not None and file_format is not None:
            deliver([plotting.draw(found, file_format)], plot)
    finally:
        click.echo(f"kept in {outcome.run_path}", err=True)
    return outcome.exit_code


def _named(context: click.Context, base: Request, models: tuple[str, ...]) -> dict[str, Any]:
    """Return the models, the input and the interpreter that were named beside a run to resume.

    Raises:
        UsageError: an option that says what to measure: the run says it.
    """
    source = click.core.ParameterSource.COMMANDLINE
    given = [one for one in context.command.params if context.get_parameter_source(str(one.name)) is source]
    free = {*_RUNS, "models", "resume", "out", "plot", "format_name", "output", "dry_run"}
    for one in given:
        # click reports a missing argument as given on the command line
        if one.name not in free and context.params.get(str(one.name)) not in (None, ()):
            what = one.opts[0] if isinstance(one, click.Option) else str(one.name).upper()
            raise UsageError("the run says what is measured", option("resume"), f"leave out {what}")
    found: dict[str, Any] = {name: getattr(base, name) for name in _RUNS if getattr(base, name) is not None}
    if models:
        found.update(model=models[0], beside=models[1:])
    return found
