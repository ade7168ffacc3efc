"""Keyword arguments of the public API that stand for the fields of a request."""

from __future__ import annotations

import dataclasses
import difflib
import operator
import os
from collections.abc import Iterable, Mapping
from typing import Any

from ..protocol.errors import UsageError
from .request import Request


def chosen(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a request that options stand for; one word or number does for several.

    Raises:
        UsageError: an unknown option, or a value of a kind that it does not take.
    """
    types = {field.name: str(field.type) for field in dataclasses.fields(Request)}
    del types["workloads"]
    found = {}
    for name, value in options.items():
        if name not in types:
            near = difflib.get_close_matches(name, sorted(types), n=1, cutoff=0)
            raise UsageError(f"unknown option {name!r}: did you mean {near[0]}?")
        try:
            found[name] = _converted(types[name], value)
        except (TypeError, ValueError) as error:
            needed = next(text for kind, text in KINDS.items() if kind in types[name])
            raise UsageError(f"{name}={value!r}: {needed} is needed") from error
    return found


KINDS = {"int": "a whole number", "float": "a number", "bool": "True or False", "str": "text"}


def _converted(kind: str, value: Any) -> Any:
    """Return a value as a field of a type takes it, or raise `TypeError` or `ValueError`."""
    if kind.startswith("tuple"):
        if value is None:
            return ()
        several = (value,) if isinstance(value, str) or not isinstance(value, Iterable) else value
        return tuple(_converted("int" if "int" in kind else "str", one) for one in several)
    if value is None and "None" in kind:
        return None
    if isinstance(value, bool) != (kind == "bool"):
        raise TypeError(value)
    if "int" in kind:
        return int(value) if isinstance(value, str) else operator.index(value)
    if "str" in kind:
        return os.fspath(value)
    return value if kind == "bool" else float(value)
