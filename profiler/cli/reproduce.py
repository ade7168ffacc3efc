"""``kprof reproduce``: the published study's claims, put to the test."""

from __future__ import annotations

import json

import click

from ..plan.request import Request
from ..protocol.vocabulary import require_known
from . import options
from .values import words

FORMATS = ("terminal", "json")
# The releases that the study was made on, and the one that is here today.
RELEASES = "2.0.0,2.1.0,installed"

EPILOG = """\b
Examples:
  kprof reproduce                            on 2.0.0, 2.1.0 and the installed release
  kprof reproduce --full                     with the study's own 1000 and 10 calls
  kprof reproduce --run latest --format json     judge a run that is there, measure nothing
"""


@click.command(epilog=EPILOG)
@click.option("--releases", callback=words, default=RELEASES, show_default=True, metavar="R,R")
@options.full
@options.budget
@click.option("--run", "run_name", metavar="RUN", help="Judge this run instead of measuring.")
@options.out
@options.shown_as(FORMATS)
@options.dry_run
def reproduce(
    releases: tuple[str, ...],
    full: bool,
    budget: float,
    run_name: str | None,
    out: str | None,
    format_name: str,
    dry_run: bool,
) -> int:
    """Measure what the published study measured, and say of each of its claims whether it is seen again.

    The verdict is 'reproduced', 'not reproduced' or 'cannot tell', by a rule that is printed with it. The
    published number stands beside the measured one: another machine gives other numbers.
    """
    require_known("format", format_name, FORMATS)
    from ..launch import matrix
    from ..protocol.errors import EXIT_DONE
    from ..report import saved
    from ..report.pages import claims as tables
    from ..report.pages import remarks
    from ..results import build
    from ..runs import find, record
    from ..study import claims
    from . import output, progress

    request = Request(instruments=("wall", "cprofile"), full=full, budget_s=budget, out=out)
    if dry_run:
        click.echo(matrix.dry_run(request, releases))
        return EXIT_DONE
    code = EXIT_DONE
    if run_name is None:
        with progress.make() as listener:
            outcome = matrix.execute(request, releases, listener)
        path, code = outcome.run_path, outcome.exit_code
        click.echo(f"kept in {path}", err=True)
    else:
        path = find.find(run_name)
    report = build.build(path)
    if run_name is None:
        saved.save(report, path)
    failures = record.read(path).manifest.failures
    judged = claims.judge(report)
    if format_name == "json":
        found = tables.to_json(judged, failures, report)
        click.echo(json.dumps(found, indent=1, allow_nan=False))
    else:
        below = remarks.remarks(report, failures)
        click.echo(tables.render(judged, below, output.terminal_style(None)[0]), nl=False)
    return code
