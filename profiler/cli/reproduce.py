"""``kprof reproduce``: checks the published study's claims."""

from __future__ import annotations

from typing import Any

import click

from ..plan.request import Request
from ..protocol.errors import EXIT_DONE
from . import options
from .values import Words

# The releases that the study measured, and the installed one.
RELEASES = "2.0.0,2.1.0,installed"

# The study's own instrument, the least disturbed one, and the clock.
INSTRUMENTS = ("wall", "probes", "cprofile")
LONGEST_S = 600.0

EPILOG = """\b
Examples:
  kprof reproduce                            on 2.0.0, 2.1.0 and the installed release
  kprof reproduce --full                     with the study's own 1000 and 10 calls
  kprof reproduce --run latest --format json     judge a finished run, measure nothing
"""


@click.command(epilog=EPILOG)
@click.option("--releases", type=Words(), default=RELEASES, show_default=True, metavar="R,R")
@options.of_request("full", "budget_s")
@click.option("--run", "run_name", metavar="RUN", help="Judge this run instead of measuring.")
@options.of_request("out")
@options.shown
@options.dry_run
def reproduce(
    releases: tuple[str, ...],
    run_name: str | None,
    format_name: str,
    output: str | None,
    dry_run: bool,
    **given: Any,
) -> int:
    """Check the published study's claims on this machine.

    Measures what the study measured, each model until its verdicts stand or 10 minutes have passed. Each
    claim is 'reproduced', 'not reproduced' or 'cannot tell', by a rule that is printed with it. The published
    number is shown beside the measured one, since another machine gives other numbers.
    """
    from ..launch import matrix
    from ..report.pages import claims as pages
    from ..runs import find
    from ..study import claims
    from . import releases as over
    from .output import require_writable, show

    request = Request(instruments=INSTRUMENTS, longest_s=None if given["full"] else LONGEST_S, **given)
    if dry_run:
        click.echo(matrix.dry_run(request, releases))
        return EXIT_DONE
    require_writable(output)
    if run_name is None:
        finished, code = over.measure(request, releases)
    else:
        finished, code = over.read(find.find(run_name)), EXIT_DONE
    judged = claims.judge(finished.report)
    show(pages.page(judged, finished.failures, finished.report), format_name, output)
    return code
