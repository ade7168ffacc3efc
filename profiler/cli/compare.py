"""``kprof compare``: two runs side by side, before and after a change or an upgrade."""

from __future__ import annotations

from typing import Any

import click

from . import gating, options
from .values import Words

EPILOG = """\b
Examples:
  kprof compare 20260105-101500-tf2.20.0-py3.11 latest
  kprof compare before latest --smallest-effect 0.02
  kprof compare before latest --format markdown --output comparison.md
  kprof compare latest:tiny/uncompiled/predict/b32 latest:tiny/compiled/predict/b32
  kprof compare before latest --fail-if 'slower > 5%' --fail-if grows
  kprof compare before latest --gate --junit gate.xml       thresholds of pyproject.toml
  kprof compare before.prof after.prof           two profiles: differences, no verdict
"""


@click.command(epilog=EPILOG)
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN")
@options.shown
@click.option(
    "--smallest-effect",
    type=float,
    metavar="E",
    help="Smallest change of time that matters, as a fraction. [default: the first run's]",
)
@click.option(
    "--session",
    "chosen",
    type=Words(),
    default=(),
    metavar="NAME,NAME",
    help="Which session of a log directory; two are that of the first RUN and that of the second.",
)
@gating.options
def compare(
    before: str,
    after: str,
    format_name: str,
    output: str | None,
    smallest_effect: float | None,
    chosen: tuple[str, ...],
    **gate: Any,
) -> int:
    """Say what changed from the first RUN to the second.

    Variants are matched by id, whatever release they ran on. Each is shown with the ratio of its times, a
    verdict, and the change of every internal's share. A RUN is a path, a run's name, or 'latest'; with
    :VARIANT (ID or ENV:ID) it is one of its variants, and two of one run are compared within its processes.

    With --fail-if or --gate the exit code is 1 where a condition holds, and 4 where one is open: the times of
    two runs are, since nothing in them shows what the machine did in between. docs/gates.md has the language.

    Either may be a file of another profiler. Such a file holds one program, so that shares are compared and
    no verdict is drawn; both sides must have been measured alike.
    """
    from ..comparison import named
    from ..comparison.gate import judging
    from ..comparison.runs import RunComparison
    from ..protocol.errors import EXIT_DONE
    from ..report.blocks import Page
    from ..report.gates import bencher
    from ..report.pages import comparison, foreign_comparison
    from ..report.pages import gate as gate_pages
    from .output import require_writable, show

    wanted = gating.read(**gate)
    require_writable(output)
    found = named.compare(before, after, smallest_effect, chosen, wanted.instruments)
    if not isinstance(found, RunComparison):
        gating.require_none(wanted)
        page: Page = foreign_comparison.page(found)
        show(page, format_name, output)
        wanted.write(page, None, str)
        return EXIT_DONE
    judged = judging.judge_comparison(found, wanted.fail_if, wanted.cannot_tell) if wanted.fail_if else None
    page = comparison.page(found) if judged is None else gate_pages.page(judged)
    show(page, format_name, output)
    wanted.write(page, judged, lambda: bencher.of_comparison(found))
    return EXIT_DONE if judged is None else judged.exit_code
