"""Every table is documented where it is declared."""

import importlib
import pkgutil
import re

import pytest

from profiler import tables
from profiler.tables.spec import TableSpec

DECLARED = [
    (module, name)
    for module in (
        importlib.import_module(f"profiler.tables.{m.name}") for m in pkgutil.iter_modules(tables.__path__)
    )
    for name, value in vars(module).items()
    if isinstance(value, TableSpec)
]


def test_the_folder_declares_every_table_once():
    assert sorted(name for _, name in DECLARED) == [
        "EDGES",
        "EVENTS",
        "FUNCTIONS",
        "LATENCIES",
        "LINES",
        "SHARES",
        "STACKS",
    ]


@pytest.mark.parametrize(("module", "name"), DECLARED)
def test_the_module_lists_the_table_s_columns_in_order_with_their_units(module, name):
    part = module.__doc__.partition(f"`{name}`")[2].partition("\n\n")[0]
    heads = [line.partition(":")[0] for line in part.splitlines()[1:] if re.match(r" {4}\w", line)]
    documented = [entry.strip() for head in heads for entry in head.split(", ")]
    spec = getattr(module, name)
    assert documented == [f"{c.name} ({c.unit})" if c.unit else c.name for c in spec.columns]
