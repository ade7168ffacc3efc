"""``kprof view``: a run in a browser."""

from __future__ import annotations

import click

from ..viewers import VIEWERS
from .values import Name

EPILOG = """\b
Examples:
  kprof view latest snakeviz
  kprof view latest snakeviz --variant tiny/uncompiled/predict/b32
  kprof view latest tensorboard
  kprof view latest tensorboard --port 8080 --no-browser
"""


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@click.argument("viewer", metavar="|".join(VIEWERS), type=Name("viewer", VIEWERS))
@click.option(
    "--variant",
    metavar="ID",
    help="What to show. [default: tiny's compiled predict; in tensorboard all, and that first]",
)
@click.option("--port", type=int, metavar="N", help="Port on 127.0.0.1. [default: a free one]")
@click.option("--no-browser", is_flag=True, help="Serve only, and print the address.")
def view(run_name: str, viewer: str, variant: str | None, port: int | None, no_browser: bool) -> int:
    """Open a run in a browser.

    It is served on 127.0.0.1 until Ctrl-C. snakeviz shows a variant's profile as an icicle and a table;
    tensorboard shows all traces of the TensorFlow profiler, with one session for each variant. A variant is
    named ID or ENV:ID.
    """
    import importlib

    from ..runs import find
    from .output import say

    module = importlib.import_module(f"..viewers.{viewer}", __package__)
    module.view(find.find(run_name), variant, port, browser=not no_browser, say=say)
    return 0
