"""Options that several commands share: one wording, one default."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from ..plan.request import BUDGET_S
from .values import words

F = TypeVar("F", bound=Callable[..., Any])

instrument = click.option(
    "--instrument", callback=words, metavar="I,I", help="wall, cprofile, tfprofiler. [default: all]"
)
processes = click.option(
    "--processes",
    type=int,
    metavar="N",
    help="Time each variant in exactly so many fresh processes; else measuring ends once the verdicts stand.",
)
budget = click.option(
    "--budget",
    type=float,
    default=BUDGET_S,
    show_default=True,
    metavar="SECONDS",
    help="Measured time of each variant under each instrument; a larger one gives more processes.",
)
calls = click.option("--calls", type=int, metavar="N", help="Exactly so many calls instead of a budget.")
full = click.option("--full", is_flag=True, help="The study's own counts: 1000 calls of tiny, 10 of medium.")
out = click.option("--out", metavar="DIR", help="Where runs are kept. [default: $KPROF_TRACES or ./traces]")
dry_run = click.option("--dry-run", is_flag=True, help="Print the plan and its estimated time only.")
output = click.option("--output", metavar="FILE", help="Write there instead of to standard output.")


def shown_as(formats: Iterable[str]) -> Callable[[F], F]:
    """Return the option that chooses among a command's formats; its parameter is ``format_name``."""
    return click.option(
        "--format", "format_name", default="terminal", show_default=True, metavar="F", help=", ".join(formats)
    )
