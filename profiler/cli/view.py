"""``kprof view``: a run in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..viewers import VIEWERS
from . import options
from .values import Name

if TYPE_CHECKING:
    from pathlib import Path

EPILOG = """\b
Examples:
  kprof view latest snakeviz
  kprof view latest snakeviz --variant tiny/uncompiled/predict/b32
  kprof view latest tensorboard
  kprof view latest tensorboard --port 8080 --no-browser
  kprof view program.prof snakeviz
  kprof view logs tensorboard
"""


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@click.argument("viewer", metavar="|".join(VIEWERS), type=Name("viewer", VIEWERS))
@click.option(
    "--variant",
    metavar="ID",
    help="What to show. [default: tiny's compiled predict; in tensorboard all, and that first]",
)
@options.session
@click.option("--port", type=int, metavar="N", help="Port on 127.0.0.1. [default: a free one]")
@click.option("--no-browser", is_flag=True, help="Serve only, and print the address.")
def view(
    run_name: str,
    viewer: str,
    variant: str | None,
    session: str | None,
    port: int | None,
    no_browser: bool,
) -> int:
    """Open a run in a browser.

    It is served on 127.0.0.1 until Ctrl-C. snakeviz shows a variant's profile as an icicle and a table;
    tensorboard shows all traces of the TensorFlow profiler, with one session for each variant. A variant is
    named ID or ENV:ID.

    RUN may also be a file of another profiler: snakeviz shows a .prof or the tree of an .xplane.pb,
    tensorboard a session of a log directory.
    """
    import importlib

    from ..runs import find, foreign, selection
    from .output import say

    theirs = foreign.meant(run_name)
    if theirs is not None:
        options.require_no_variant(variant)
        _view(theirs, session, viewer, port, not no_browser)
        return 0
    selection.require_no_session(session)
    module = importlib.import_module(f"..viewers.{viewer}", __package__)
    module.view(find.find(run_name), variant, port, browser=not no_browser, say=say)
    return 0


def _view(path: Path, session: str | None, viewer: str, port: int | None, browser: bool) -> None:
    """Open someone else's file in a browser."""
    from ..runs import foreign
    from ..viewers import snakeviz, tensorboard
    from .output import say

    if viewer == "snakeviz":
        snakeviz.view_foreign(foreign.open_file(path, session), port, browser, say)
    else:
        tensorboard.view_foreign(foreign.open_files(path, session), port, browser, say)
