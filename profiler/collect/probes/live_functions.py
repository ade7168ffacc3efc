"""Finds the functions of this process that run the code of the catalogue's functions."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Container, Iterable, Mapping

from ..places import Location, portable
from .code_objects import nested


@dataclass
class Living:
    """The live functions and code objects of one of the catalogue's functions.

    Attributes:
        codes: its code objects: several where a module was imported twice, or has it twice.
        functions: those that run one of them.
        around: functions that hold one of them in their code, and make functions of it when they run.
    """

    codes: list[CodeType] = field(default_factory=list)
    functions: list[FunctionType] = field(default_factory=list)
    around: list[FunctionType] = field(default_factory=list)


def find(places: Mapping[str, Location]) -> dict[str, Living]:
    """Return what lives of each function, by its key.

    All functions of the process are looked at, so it does not matter who holds them: a class, a decorator, a
    closure, a list, or a second copy of the module. Nothing is imported or run.
    """
    found = {key: Living() for key in places}
    keys = {
        (place.path, line, place.qualified_name.rpartition(".")[2]): key
        for key, place in places.items()
        for line in place.lines
    }
    paths = {place.path for place in places.values()}
    files: dict[str, str] = {}
    seen: dict[int, dict[str, list[CodeType]]] = {}
    for function in [one for one in gc.get_objects() if type(one) is FunctionType]:
        code = function.__code__
        path = files.get(code.co_filename)
        if path is None:
            path = files[code.co_filename] = portable(code.co_filename)
        if path not in paths:
            continue
        own = keys.get((path, code.co_firstlineno, code.co_name))
        if own is not None:
            found[own].functions.append(function)
            _add(found[own].codes, code)
        if id(code) not in seen:
            seen[id(code)] = _within(code, path, keys)
        for key, codes in seen[id(code)].items():
            found[key].around.append(function)
            for one in codes:
                _add(found[key].codes, one)
    return found


def _within(code: CodeType, path: str, keys: Mapping[tuple[str, int, str], str]) -> dict[str, list[CodeType]]:
    """Return the watched code objects inside a code object, by key."""
    within: dict[str, list[CodeType]] = {}
    for inner in nested(code):
        key = keys.get((path, inner.co_firstlineno, inner.co_name))
        if key is not None:
            within.setdefault(key, []).append(inner)
    return within


def _add(codes: list[CodeType], code: CodeType) -> None:
    if not any(code is one for one in codes):
        codes.append(code)


def running(codes: Container[int]) -> list[FunctionType]:
    """Return the live functions whose code is one of some, which are known by their ``id``."""
    return [one for one in gc.get_objects() if type(one) is FunctionType and id(one.__code__) in codes]


def holders(keys: Iterable[str]) -> dict[str, list[object]]:
    """Return what the places of functions, each ``path::qualified name``, hold now, in each copy of it.

    It is what the class or the module has under the name: a function, a descriptor, or what decorators made;
    None for a function inside another.
    """
    names: dict[str, list[str]] = {}
    for key in keys:
        names.setdefault(key.partition("::")[0], []).append(key)
    ends = tuple(path.rpartition("/")[2] for path in names)
    held: dict[str, list[object]] = {key: [] for kept in names.values() for key in kept}
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or not file.endswith(ends):
            continue
        for key in names.get(portable(file), ()):
            found: object = module
            for part in key.partition("::")[2].split("."):
                found = getattr(found, "__dict__", {}).get(part)
            held[key].append(found)
    return held
