"""``kprof compare``: two runs side by side, before and after a change or an upgrade."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ..protocol.errors import UsageError
from . import options
from .values import Words

if TYPE_CHECKING:
    from pathlib import Path

    from ..report.blocks import Page

EPILOG = """\b
Examples:
  kprof compare 20260105-101500-tf2.20.0-py3.11 latest
  kprof compare before latest --smallest-effect 0.02
  kprof compare before latest --format markdown --output comparison.md
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
def compare(
    before: str,
    after: str,
    format_name: str,
    output: str | None,
    smallest_effect: float | None,
    chosen: tuple[str, ...],
) -> int:
    """Say what changed from the first RUN to the second.

    Variants are matched by id, whatever release they ran on. Each is shown with the ratio of its times, a
    verdict, and the change of every internal's share. A RUN is a path, a run's name, or 'latest'.

    Either may be a file of another profiler. Such a file holds one program, so that shares are compared and
    no verdict is drawn; both sides must have been measured alike.
    """
    from ..compare import runs
    from ..report.pages import comparison
    from ..runs import find, foreign
    from .output import show

    if foreign.meant(before) is not None or foreign.meant(after) is not None:
        if smallest_effect is not None:
            raise UsageError("without a verdict there is none", "--smallest-effect", "leave it out")
        show(_page((before, after), chosen), format_name, output)
        return 0
    if chosen:
        options.require_no_session(",".join(chosen))
    found = runs.compare(find.find(before), find.find(after), smallest_effect)
    show(comparison.page(found), format_name, output)
    return 0


def _page(names: tuple[str, str], chosen: tuple[str, ...]) -> Page:
    """Return the page of two sides, one of which at least is someone else's file."""
    from ..compare import foreign as comparing
    from ..report.pages import foreign_comparison
    from ..results import build
    from ..results import foreign as results
    from ..runs import find, foreign

    paths = tuple(foreign.meant(name) for name in names)
    files = [
        None if path is None else comparing.of_file(results.build(name, foreign.open_files(path, session)))
        for name, path, session in zip(names, paths, _sessions(paths, chosen), strict=True)
    ]
    like = next(one for one in files if one is not None)
    before, after = (
        comparing.of_run(build.build(find.find(name)), like) if one is None else one
        for name, one in zip(names, files, strict=True)
    )
    return foreign_comparison.page(comparing.compare(before, after))


def _sessions(paths: tuple[Path | None, ...], chosen: tuple[str, ...]) -> Iterator[str | None]:
    """Yield the session of each side: two names are for the sides in order, one is for every folder."""
    folders = [path is not None and path.is_dir() for path in paths]
    if len(chosen) > len(paths) or (chosen and not any(folders)):
        what = "names more sessions than there are log directories"
        raise UsageError(what, f"--session {','.join(chosen)}", "leave it out, or name one for each")
    for number, is_folder in enumerate(folders):
        yield chosen[min(number, len(chosen) - 1)] if chosen and is_folder else None
