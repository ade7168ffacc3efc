"""Options that several commands share, so that each has the same help and default everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..plan.request import BUDGET_S
from ..protocol.instruments import INSTRUMENT_IDS
from ..report import formats
from .values import Name, Names

F = TypeVar("F", bound=Callable[..., Any])

instrument = click.option(
    "--instrument",
    type=Names("instrument", INSTRUMENT_IDS),
    default=(),
    metavar="I,I",
    help="wall, cprofile, tfprofiler. [default: all]",
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


variant = click.option(
    "--variant", metavar="ID", help="ID or ENV:ID. [default: the compiled predict of tiny]"
)
format_name = click.option(
    "--format",
    "format_name",
    type=Name("format", tuple(formats.FORMATS)),
    default=formats.DEFAULT,
    show_default=True,
    metavar="F",
    help=", ".join(formats.FORMATS),
)


def shown(command: F) -> F:
    """Add the options of a command that shows a page: the format, and the file to write it to."""
    return format_name(output(command))
