"""The formats of exports are registered, and each writes what the others write."""

import importlib
import pkgutil

import pytest

from profiler import export
from tests.export.samples import NOWHERE, called


def test_every_format_is_registered():
    found = (one.name for one in pkgutil.iter_modules(export.__path__))
    writers = {
        name for name in found if hasattr(importlib.import_module(f"profiler.export.{name}"), "pieces")
    }
    assert {one.module for one in export.FORMATS.values()} == writers


@pytest.mark.parametrize("name", export.FORMATS)
def test_every_format_writes_stacks_as_text_or_bytes(name):
    chosen = export.FORMATS[name]
    writer = importlib.import_module(f"profiler.export.{chosen.module}")
    found = list(writer.pieces(called("f"), NOWHERE, "tiny"))
    assert found
    assert {type(piece) for piece in found} == {bytes if chosen.binary else str}
