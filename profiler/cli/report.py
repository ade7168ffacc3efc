"""``kprof report``: a run's report, derived again from the run alone."""

from __future__ import annotations

from typing import Any

import click

from . import gating, options

EPILOG = """\b
Examples:
  kprof report latest
  kprof report latest --format json --output report.json
  kprof report latest --format markdown --output report.md
  kprof report latest --format csv --output report.csv
  kprof report latest --smallest-effect 0.1      count changes below a tenth as the same
  kprof report latest --fail-if 'share.make_iterator > 20%' --fail-if 'ms > 20'
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
@gating.options
def report(
    run_name: str,
    format_name: str,
    output: str | None,
    smallest_effect: float | None,
    smallest_growth_kib: float | None,
    session: str | None,
    **gate: Any,
) -> int:
    """Print a run's speed and each internal's share.

    RUN is a path, a run's name, or 'latest'. The report is derived from the run's files alone, without
    TensorFlow, and the run is not changed. The exit code is 2 where no capture can be used. With --fail-if or
    --gate it is 1 where a condition holds and 4 where one is open; docs/gates.md has the language.

    RUN may also be a profile that you have: a .prof of cProfile, an .xplane.pb, a trace.json.gz or
    local.trace of an old TensorFlow, or a TensorBoard log directory. Its bytes say what it is.
    """
    from ..protocol.errors import EXIT_DONE, EXIT_USAGE, OptionError
    from ..report.blocks import Page
    from ..runs import foreign
    from .output import require_writable, show

    wanted = gating.read(**gate)
    require_writable(output)
    theirs = foreign.meant(run_name)
    if theirs is not None:
        given = {"smallest_effect": smallest_effect, "smallest_growth_kib": smallest_growth_kib}
        for name in (name for name, value in given.items() if value is not None):
            raise OptionError(name, None, "without a verdict there is none", "leave it out")
        gating.require_none(wanted)
        from ..report.pages import foreign as foreign_pages
        from ..results.foreign import build as foreign_build

        opened = foreign.open_files(theirs, session)
        page: Page = foreign_pages.page(foreign_build.build(run_name, opened))
        show(page, format_name, output)
        wanted.write(page, None, str)
        return EXIT_DONE
    from ..comparison.gate import judging
    from ..report.gates import bencher
    from ..report.pages import gate as gate_pages
    from ..report.pages import report as pages
    from ..results import build
    from ..runs import find, selection

    selection.require_no_session(session)
    found = build.build(find.find(run_name), smallest_effect, smallest_growth_kib, wanted.instruments)
    judged = judging.judge_report(found, wanted.fail_if, wanted.cannot_tell) if wanted.fail_if else None
    page = pages.page(found) if judged is None else gate_pages.page(judged)
    show(page, format_name, output)
    wanted.write(page, judged, lambda: bencher.of_report(found))
    if judged is not None:
        return judged.exit_code
    usable = any(capture.status == "ok" for variant in found.variants for capture in variant.captures)
    return EXIT_DONE if usable else EXIT_USAGE
