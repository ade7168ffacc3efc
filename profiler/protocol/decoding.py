"""Decodes JSON values into the dataclasses of `spec` with the standard library alone, for the worker.

The analyzer decodes the same classes with msgspec, which is stricter and names the place of an error; the
worker reads only what its own manager wrote.
"""

from __future__ import annotations

import dataclasses
import sys
import typing
from typing import Any, Dict, Type, TypeVar

T = TypeVar("T")


def decode(kind: Type[T], value: Dict[str, Any]) -> T:
    """Return the dataclass of a kind that a JSON object holds; unknown fields are ignored.

    Raises:
        KeyError: a field without a default is missing.
    """
    result: T = _decode(kind, value)
    return result


def _decode(kind: Any, value: Any) -> Any:
    if value is None or dataclasses.is_dataclass(kind):
        return None if value is None else _object(kind, value)
    origin = getattr(kind, "__origin__", None)
    arguments: Any = getattr(kind, "__args__", None) or ()
    if origin is typing.Union and len(arguments) == 2 and arguments[1] is type(None):
        return _decode(arguments[0], value)
    if origin in (tuple, typing.Tuple):
        return tuple(value)
    if origin in (list, typing.List):
        return [_decode(arguments[0], item) for item in value]
    if origin in (dict, typing.Dict):
        return {name: _decode(arguments[1], item) for name, item in value.items()}
    return value


def _object(kind: Any, value: Dict[str, Any]) -> Any:
    hints = typing.get_type_hints(kind, vars(sys.modules[kind.__module__]))
    found = {}
    for field in dataclasses.fields(kind):
        if field.name in value:
            found[field.name] = _decode(hints[field.name], value[field.name])
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise KeyError(field.name)
    return kind(**found)
