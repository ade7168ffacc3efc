"""Spells the options that an error marks as the command line's flags."""

from __future__ import annotations

from ..protocol import options
from ..protocol.errors import KprofError


def line(error: KprofError) -> str:
    """Return an error's line as a user of the command line reads it."""
    return options.spelled(error.marked, _flag)


def _flag(field: str, value: str | None) -> str:
    return flag(field) if value is None else f"{flag(field)} {value}"


def flag(field: str) -> str:
    """Return the flag that gives a field of a request; one that is no field has its own name."""
    from ..plan.request import OPTIONS

    return OPTIONS[field].flag if field in OPTIONS else f"--{field.replace('_', '-')}"
