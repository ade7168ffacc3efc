"""Names the command line's flags where an error of the API names a field of a request."""

from __future__ import annotations

from ..protocol.errors import KprofError, OptionError, UsageError


def line(error: KprofError) -> str:
    """Return an error's line as a user of the command line reads it."""
    if not isinstance(error, OptionError):
        return str(error)
    name = flag(error.option)
    where = name if error.value is None else f"{name} {error.value}"
    return str(UsageError(error.what, where, error.to_do))


def flag(field: str) -> str:
    """Return the flag that gives a field of a request; one that is no field has its own name."""
    from ..plan.request import OPTIONS

    return OPTIONS[field].flag if field in OPTIONS else f"--{field.replace('_', '-')}"
