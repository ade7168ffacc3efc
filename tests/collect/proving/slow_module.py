"""Writes a module whose functions a proof slows: outer calls inner, and each calls helpers of its own."""

import importlib
import sys

from profiler.protocol.spec import CatalogueSpec, ObserveSpec

SOURCE = """
import proved_helpers


class Adapter:
    def make(self, x):
        self.check(x)
        return inner(x) + inner(x)

    def check(self, x):
        return x


def outer(x):
    prepare(x)
    return Adapter().make(x)


def prepare(x):
    return x


class Box:
    def __init__(self, x):
        self.x = x


def boxed(x):
    return Box(x)


def bare(x):
    return len([x])


def inner(x):
    bare(x)
    boxed(x)
    return proved_helpers.add(x, 1)


def alone(x):
    return len([x])
"""
HELPERS = """
def add(x, y):
    return x + y
"""
PATH = "proved_module.py"
INTERNALS = {
    f"{PATH}::outer": "predict",
    f"{PATH}::Adapter.make": "data_adapter",
    f"{PATH}::inner": "execute",
    f"{PATH}::boxed": "output_conversion",
    f"{PATH}::bare": "autograph",
    f"{PATH}::alone": "callbacks",
    f"{PATH}::missing": "make_iterator",
}
CATALOGUE = CatalogueSpec(list(INTERNALS), ObserveSpec(), internals=INTERNALS)


def import_slow(folder, monkeypatch):
    """Return the module, fresh from a file in ``folder``."""
    (folder / PATH).write_text(SOURCE)
    (folder / "proved_helpers.py").write_text(HELPERS)
    monkeypatch.syspath_prepend(str(folder))
    for name in ("proved_module", "proved_helpers"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("proved_module")
