"""Options that several commands share, so that each has the same help and default everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

import click

from ..plan.request import OPTIONS, Request
from ..protocol.errors import UsageError
from ..report import formats
from .values import Name, Names, Numbers

F = TypeVar("F", bound=Callable[..., Any])


def of_request(*fields: str) -> Callable[[F], F]:
    """Return the options of a request's fields, declared there; each parameter has its field's name."""

    def add(command: F) -> F:
        for field in reversed(fields):
            command = _of_field(field)(command)
        return command

    return add


def _of_field(field: str) -> Callable[[F], F]:
    option = OPTIONS[field]
    default = Request.__dataclass_fields__[field].default
    stands_for = f" [default: {option.nothing_given}]" if option.nothing_given else ""
    return click.option(
        option.flag,
        field,
        type=_type(field),
        default=default,
        is_flag=option.metavar is None,
        multiple=get_type_hints(Request)[field] == tuple[str, ...] and option.known is None,
        show_default=option.metavar is not None and default not in (None, ()),
        metavar=option.metavar,
        help=option.help + stands_for,
    )


def _type(field: str) -> Any:
    """Return the type that a field's values have on the command line."""
    annotation, known = get_type_hints(Request)[field], OPTIONS[field].known
    if known is not None:
        return Names(OPTIONS[field].kind, known)
    types = {
        tuple[int, ...]: Numbers(),
        int | None: int,
        str | None: str,
        tuple[str, ...]: str,
        float: float,
        float | None: float,
        bool: bool,
    }
    return types[annotation]


dry_run = click.option("--dry-run", is_flag=True, help="Print the plan and its estimated time only.")
output = click.option("--output", metavar="FILE", help="Write there instead of to standard output.")


variant = click.option(
    "--variant", metavar="ID", help="ID or ENV:ID. [default: the compiled predict of tiny]"
)
session = click.option(
    "--session", metavar="NAME", help="Which session of a log directory. [default: its only one]"
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


def require_no_variant(variant: str | None) -> None:
    """Refuse a variant where the RUN is someone else's file.

    Raises:
        UsageError: one was given.
    """
    if variant is not None:
        raise UsageError("a file of another profiler has no variants", f"--variant {variant}", "leave it out")
