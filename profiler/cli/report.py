"""``kprof report``: a run's report, derived again from the run alone."""

from __future__ import annotations

import click

from . import options

EPILOG = """\b
Examples:
  kprof report latest
  kprof report latest --format json --output report.json
  kprof report latest --format markdown --output report.md
  kprof report latest --format csv --output report.csv
  kprof report latest --smallest-effect 0.1      count changes below a tenth as the same
  kprof report latest | less -S
  kprof report program.prof                      someone else's profile
  kprof report logs --session train/2026_01_05_10_15_00
"""


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@options.shown
@click.option(
    "--smallest-effect",
    type=float,
    metavar="FRACTION",
    help="The smallest change of time that matters to you. [default: the run's]",
)
@click.option(
    "--smallest-growth",
    "smallest_growth_kib",
    type=float,
    metavar="KIB",
    help="The smallest growth of memory a call that matters to you, in KiB. [default: the run's]",
)
@options.session
def report(
    run_name: str,
    format_name: str,
    output: str | None,
    smallest_effect: float | None,
    smallest_growth_kib: float | None,
    session: str | None,
) -> int:
    """Print a run's speed and each internal's share.

    RUN is a path, a run's name, or 'latest'. The report is derived from the run's files alone, without
    TensorFlow, and the run is not changed. The exit code is 2 where no capture can be used.

    RUN may also be a profile that you have: a .prof of cProfile, an .xplane.pb, a trace.json.gz or
    local.trace of an old TensorFlow, or a TensorBoard log directory. Its bytes say what it is.
    """
    from ..protocol.errors import EXIT_DONE, EXIT_USAGE, OptionError
    from ..runs import foreign
    from .output import show

    theirs = foreign.meant(run_name)
    if theirs is not None:
        judged = {"smallest_effect": smallest_effect, "smallest_growth_kib": smallest_growth_kib}
        for name in (name for name, value in judged.items() if value is not None):
            raise OptionError(name, None, "without a verdict there is none", "leave it out")
        from ..report.pages import foreign as foreign_pages
        from ..results.foreign import build as foreign_build

        opened = foreign.open_files(theirs, session)
        show(foreign_pages.page(foreign_build.build(run_name, opened)), format_name, output)
        return EXIT_DONE
    from ..report.pages import report as pages
    from ..results import build
    from ..runs import find, selection

    selection.require_no_session(session)
    found = build.build(find.find(run_name), smallest_effect, smallest_growth_kib)
    show(pages.page(found), format_name, output)
    usable = any(capture.status == "ok" for variant in found.variants for capture in variant.captures)
    return EXIT_DONE if usable else EXIT_USAGE
