"""Finds functions by file and name, and names files without this machine's folders."""

from __future__ import annotations

import importlib.machinery
import os
import sys
import types
from typing import Iterator, NamedTuple

from ..protocol.errors import Unusable
from . import reasons


class Location(NamedTuple):
    """A function of the measured environment: file relative to its folder on ``sys.path``, first lines."""

    path: str
    lines: tuple[int, ...]
    qualified_name: str


def portable(filename: str) -> str:
    """Return ``filename`` without the ``sys.path`` folder it lies in; other names come back as they are.

    ``.../site-packages/keras/src/models/model.py`` gives ``keras/src/models/model.py``.
    """
    best = ""
    for entry in sys.path:
        prefix = entry.rstrip(os.sep) + os.sep
        if entry and len(prefix) > len(best) and filename.startswith(prefix):
            best = prefix
    return filename[len(best) :].replace(os.sep, "/")


def locate(key: str) -> Location | None:
    """Return where the function ``path::qualified.name`` is defined, or None when this release lacks it.

    The file is sought in the folders of ``sys.path`` and its compiled code is walked: nothing is imported or
    run, and nested functions are found too.

    Raises:
        Unusable: the file cannot be read or parsed, so nobody knows.
    """
    path, _, name = key.partition("::")
    for entry in sys.path:
        full = os.path.join(entry or ".", *path.split("/"))
        if os.path.isfile(full):
            code = _code(full)
            lines = tuple(found.co_firstlineno for qualified, found in _functions(code) if qualified == name)
            return Location(path, lines, name) if lines else None
    return None


def qualified_names(filename: str) -> dict[tuple[int, str], str]:
    """Return (first line, name) -> qualified name for the functions of a source file.

    It is empty for what is no source file and for one that cannot be read or parsed.
    """
    if not filename.endswith(".py") or not os.path.isfile(filename):
        return {}
    try:
        code = _code(filename)
    except Unusable:
        return {}
    return {(found.co_firstlineno, found.co_name): qualified for qualified, found in _functions(code)}


def _code(filename: str) -> types.CodeType | None:
    try:
        return importlib.machinery.SourceFileLoader("located", filename).get_code("located")
    except (SyntaxError, ValueError, OSError, RecursionError) as error:
        raise Unusable(f"cannot be parsed ({reasons.named(error, 120)})", portable(filename)) from error


def _functions(code: types.CodeType | None, prefix: str = "") -> Iterator[tuple[str, types.CodeType]]:
    for constant in () if code is None else code.co_consts:
        if isinstance(constant, types.CodeType):
            name = prefix + constant.co_name
            # Class bodies are code too; only functions have fast locals.
            is_function = bool(constant.co_flags & 0x0002)
            if is_function:
                yield name, constant
            yield from _functions(constant, name + (".<locals>." if is_function else "."))
