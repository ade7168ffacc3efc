"""Builds the report on someone else's files.

The module that carries the name of a file's format says what the file tells: its `told` takes the file, the
tables that its reader gave, and the catalogue.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, cast

from ...catalogue import catalogue
from ...catalogue.catalogue import Catalogue
from ...runs.foreign import Foreign
from .document import ForeignFile, ForeignReport

Telling = Callable[[Foreign, Any, Catalogue], ForeignFile]


def build(name: str, opened: tuple[Foreign, ...]) -> ForeignReport:
    """Return what files say.

    Args:
        name: what the user called them.
        opened: one file a host.
    """
    known = catalogue.load()
    return ForeignReport(
        name, known.id, tuple(_telling(one.format)(one, one.tables, known) for one in opened)
    )


def _telling(format_id: str) -> Telling:
    return cast(Telling, importlib.import_module(f"{__package__}.{format_id}").told)
