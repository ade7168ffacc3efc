"""Builds the report on someone else's files.

The module that carries the name of a file's format says what the file tells: its `told` takes the file, the
tables that its reader gave, and the catalogue, and returns what is `Told`.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any, cast

from ...catalogue import catalogue
from ...catalogue.catalogue import Catalogue
from ...protocol.errors import UsageError
from ...runs.foreign import Foreign
from .document import ForeignFile, ForeignReport, Told

Telling = Callable[[Foreign, Any, Catalogue], Told]


def build(name: str, opened: tuple[Foreign, ...]) -> ForeignReport:
    """Return what files say.

    Args:
        name: what the user called them.
        opened: one file a host.

    Raises:
        UsageError: nothing is known of predict from files of a format.
    """
    known = catalogue.load()
    return ForeignReport(name, known.id, tuple(_file(one, known) for one in opened))


def _file(foreign: Foreign, known: Catalogue) -> ForeignFile:
    told = _telling(foreign)(foreign, foreign.tables, known)
    return ForeignFile(
        str(foreign.path),
        foreign.format,
        foreign.session,
        foreign.host,
        foreign.sha256,
        told.measure,
        told.seconds,
        told.samples,
        told.family,
        told.calls,
        told.totals,
        (*foreign.findings, *told.findings),
    )


def _telling(foreign: Foreign) -> Telling:
    module = f"{__package__}.{foreign.format}"
    if importlib.util.find_spec(module) is None:
        raise UsageError(f"is a {foreign.format} file, which tells nothing of predict", foreign.path)
    return cast(Telling, importlib.import_module(module).told)
