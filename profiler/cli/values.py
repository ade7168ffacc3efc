"""Values of options that are lists separated by commas; what they may be is for the request to say."""

from __future__ import annotations

import click

from ..protocol.errors import UsageError


def words(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Return an option's words; none where it was not given."""
    return () if value is None else tuple(word.strip() for word in value.split(","))


def numbers(context: click.Context, option: click.Parameter, value: str | None) -> tuple[int, ...]:
    """Return an option's whole numbers; none where it was not given.

    Raises:
        UsageError: something else is among them.
    """
    try:
        return tuple(int(word) for word in words(context, option, value))
    except ValueError as error:
        raise UsageError(f"{option.opts[0]} {value}: give whole numbers, like 32 or 1,32,256") from error
