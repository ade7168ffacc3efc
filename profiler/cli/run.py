"""``kprof run``: measure, and print the report."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ..plan.request import OPTIONS, Request
from ..protocol.errors import UsageError
from . import gating, options

if TYPE_CHECKING:
    from pathlib import Path

    from ..comparison.gate.steered import Steered
    from ..results.document import Report

EPILOG = """\b
Examples:
  kprof run                                      both models, both states
  kprof run tiny --budget 2                      a quick look at the tiny model
  kprof run tiny --entry-point predict,call --batch-size 1,32,256
  kprof run medium --compile-state compiled --instrument wall
  kprof run --full                               the study's counts: 1000 tiny calls, 10 medium
  kprof run --python ~/envs/gpu/bin/python       another environment's TensorFlow
  kprof run tiny --tf 2.15.1                     another TensorFlow release, in an environment of its own
  kprof run --model model.keras --input x.npz    your own model and input
  kprof run --model old.h5 --tf auto             the TensorFlow release that loads the file
  kprof run --model package.module:factory       a function that returns your model
  kprof run tiny --against tf:2.15.1             beside another release, in turn: which is faster?
  kprof run --model package.module:factory --against git:main    your change beside the main branch
  kprof run --model new.keras --against old.keras                two models
  kprof run tiny --against tf:2.15.1 --fail-if 'slower > 5%' --cannot-tell extend --confirm 1
  kprof run --resume latest                      what an interrupted run lacks
  kprof run --dry-run                            the plan and its estimated time, nothing else

A factory, an .h5 file and a SavedModel folder run their author's code; a .keras file is read in safe mode.
"""


@click.command(epilog=EPILOG)
@click.argument("workloads", metavar="[WORKLOAD]...", nargs=-1)
@options.of_request(*OPTIONS)
@click.option(
    "--tf",
    metavar="RELEASE",
    help="Make that TensorFlow release's environment and measure it; auto: one that loads the model file.",
)
@click.option("--yes", is_flag=True, help="Fetch what --tf auto needs without asking.")
@click.option("--resume", metavar="RUN", help="Measure what an interrupted run lacks.")
@gating.options_of_measuring
@options.dry_run
@click.pass_context
def run(
    context: click.Context, /, dry_run: bool, resume: str | None, tf: str | None, yes: bool, **given: Any
) -> int:
    """Measure WORKLOADs and print the report.

    A WORKLOAD is tiny or medium; without one, both are measured. Fresh processes, one at a time, call
    predict() with nothing attached, for speed, and under probes, cProfile and the TensorFlow profiler, for
    the shares of the framework's internals. Exit code 3 means that some captures failed.

    With --against, this is measured beside SPEC, the base: a process of each at a time, whose blocks of calls
    alternate, so that the machine's drift hits both. A SPEC without its prefix is what there is of that name.
    With --fail-if or --gate too the exit code is 1 where a condition holds of this against the base, and 4
    where one is open; docs/gates.md has the language.
    """
    gate = {name: given.pop(name) for name in gating.NAMES}
    request = Request(**given)
    wanted, steering = gating.of_measuring(request.against, resume, **gate)
    if tf is not None and (request.python is not None or resume is not None):
        what = "names the interpreter to measure"
        raise UsageError(what, f"--tf {tf}", "leave out --python and --resume")
    from ..launch import manager
    from ..launch import resume as resumption
    from ..runs import find
    from ..runs.location import traces_folder
    from . import auto_release

    run_path = None if resume is None else find.find(resume, traces_folder(request.out))
    asked = _asked(context, request)
    if tf == auto_release.AUTO:
        choice = auto_release.pick(request)
        tf = choice.release.version
        click.echo(choice.line, err=True)
        if dry_run:
            click.echo(auto_release.fetching(choice) or "its environment exists", err=True)
        else:
            auto_release.require_consent(choice, yes)
    if dry_run:
        click.echo(manager.dry_run(request, tf) if run_path is None else resumption.dry_run(run_path, asked))
        return 0
    from . import progress

    with progress.make() as listener:
        if run_path is None:
            outcome = manager.execute(request, listener, tf, steering)
        else:
            outcome = resumption.resume(run_path, asked, listener)
    _show(outcome.run_path, wanted, steering, by_path=bool(given["out"] or resume))
    failed = 0 if steering is None or steering.gate is None else steering.gate.exit_code
    return failed or outcome.exit_code


def _show(run_path: Path, wanted: gating.Wanted, steering: Steered | None, by_path: bool) -> None:
    """Keep the report in the run and print it, or the gate that it was measured for.

    Args:
        run_path: the run.
        wanted: what is written beside the page.
        steering: the gate, and the runs that it had measured.
        by_path: whether commands name the run by its path.
    """
    from ..report import saved
    from ..report.blocks import Page
    from ..report.gates import bencher
    from ..report.pages import gate as gate_pages
    from ..report.pages import report as pages
    from ..results import build
    from ..runs import disk
    from . import output

    judged = None if steering is None else steering.gate
    with disk.room_in(run_path):
        for earlier in () if steering is None else steering.runs[:-1]:
            saved.save(build.build(earlier), earlier)
            click.echo(f"measured before: {earlier}", err=True)
        report = build.build(run_path)
        saved.save(report, run_path)
    page: Page = pages.page(report) if judged is None else gate_pages.page(judged)
    try:
        output.show(page)
        wanted.write(page, judged, lambda: bencher.of_report(report))
    finally:
        name = str(run_path if by_path else run_path.name)
        click.echo("; ".join([f"kept in {run_path}", *_closer(report, shlex.quote(name))]), err=True)


def _closer(report: Report, name: str) -> Iterator[str]:
    """Yield the commands that show more of what was measured."""
    usable = {c.instrument for variant in report.variants for c in variant.captures if c.status == "ok"}
    if "tfprofiler" in usable:
        yield f"as a tree: kprof tree {name}"
    if usable & {"cprofile", "tfprofiler"}:
        yield f"as a flame graph: kprof view {name} snakeviz"


def _asked(context: click.Context, request: Request) -> dict[str, Any]:
    """Return the fields of the request that were given on the command line and say what is measured."""
    source = click.core.ParameterSource.COMMANDLINE
    given = {name for name in context.params if context.get_parameter_source(name) is source}
    measured = [field.name for field in dataclasses.fields(Request) if field.name != "out"]
    found = {name: getattr(request, name) for name in measured if name in given}
    # click reports a missing WORKLOAD as given on the command line
    return {name: value for name, value in found.items() if value != ()}
