"""Looks into code objects, and makes others like them."""

from __future__ import annotations

import types
from typing import Any, Iterator, Mapping


def nested(code: types.CodeType) -> Iterator[types.CodeType]:
    """Yield the code objects within a code object, however deep."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from nested(constant)


def with_constants(code: types.CodeType, changed: Mapping[Any, Any]) -> types.CodeType:
    """Return code with some of its constants exchanged, by equality; those of nested code stay."""
    constants = tuple(
        changed[one] if isinstance(one, (str, types.CodeType)) and one in changed else one
        for one in code.co_consts
    )
    return replaced(code, co_consts=constants)


def replaced(code: types.CodeType, **changes: Any) -> types.CodeType:
    """Return code with some of its attributes changed, as ``code.replace`` does from Python 3.8 on."""
    if hasattr(code, "replace"):
        return code.replace(**changes)
    order = (
        "co_argcount",
        "co_kwonlyargcount",
        "co_nlocals",
        "co_stacksize",
        "co_flags",
        "co_code",
        "co_consts",
        "co_names",
        "co_varnames",
        "co_filename",
        "co_name",
        "co_firstlineno",
        "co_lnotab",
        "co_freevars",
        "co_cellvars",
    )
    return types.CodeType(*(changes.get(name, getattr(code, name)) for name in order))
