import importlib
import pkgutil
import re

import numpy as np
import pytest

from profiler import tables
from profiler.tables import spec
from profiler.tables.spec import Coded, Column, Table, TableSpec

SPEC = TableSpec(
    "sample",
    (Column("name", "string", "", ""), Column("self_s", "float64", "s", "")),
    (spec.non_negative("self_s"),),
)

PAIRS = TableSpec("pairs", (Column("first", "int64", "", ""), Column("second", "int64", "", "")))


def sample(**changes):
    columns = {"name": Coded.encode(["a", "b", "a"]), "self_s": np.array([1.0, 2.0, 3.0]), **changes}
    return Table(SPEC, columns)


def test_a_table_that_follows_its_spec_is_returned():
    assert len(sample().check()) == 3


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"extra": np.zeros(3)}, "columns"),
        ({"self_s": np.zeros(2)}, "rows"),
        ({"self_s": np.zeros(3, np.int64)}, "dtype int64"),
        ({"self_s": np.array([1.0, -1.0, 0.0])}, "negative"),
        ({"self_s": np.array([1.0, np.nan, 0.0])}, "nan"),
        ({"name": Coded(np.array([0, 1, 5], np.int32), ("a", "b"))}, "outside"),
        ({"name": np.zeros(3)}, "dtype float64"),
    ],
)
def test_what_breaks_the_spec_is_named(changes, says):
    with pytest.raises(ValueError, match=says):
        sample(**changes).check()


def test_strings_are_coded_once_and_come_back():
    coded = Coded.encode(["x", "y", "x"])
    assert coded.values == ("x", "y")
    assert coded.decode() == ["x", "y", "x"]


def test_a_missing_name_is_empty():
    assert Coded(np.array([-1, 0], np.int32), ("x",)).decode() == ["", "x"]


def test_rows_can_be_taken_by_mask_and_by_index():
    assert sample().take(np.array([True, False, True])).coded("name").decode() == ["a", "a"]
    assert sample().take(np.array([1])).array("self_s").tolist() == [2.0]


def test_a_frame_has_the_declared_columns():
    frame = sample().to_frame()
    assert list(frame.columns) == ["name", "self_s"]
    assert frame["name"].tolist() == ["a", "b", "a"]


def test_make_refuses_what_is_not_declared():
    with pytest.raises(ValueError, match="no such columns"):
        spec.make(SPEC, name=["a"], self_s=[1.0], other=[1])


def test_the_invariants_name_the_row_and_the_value():
    table = spec.make(PAIRS, first=[0, 1, -1], second=[5, 0, 0])
    assert spec.within("second", "first")(table) == "first exceeds second in row 1"
    assert spec.rows_of("others", "first")(table) == "first -1 names no row of others"
    assert spec.non_negative("first")(table) == "first is -1 in row 2, it cannot be negative"
    assert spec.non_negative("second")(table) is None


# every table is documented where it is declared

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
        "FOREIGN_CALLS",
        "FOREIGN_SHARES",
        "FUNCTIONS",
        "GROWTH",
        "LATENCIES",
        "LAYERS",
        "LINES",
        "SHARES",
        "SPANS",
        "STACKS",
    ]


@pytest.mark.parametrize(("module", "name"), DECLARED)
def test_the_module_lists_the_table_s_columns_in_order_with_their_units(module, name):
    part = module.__doc__.partition(f"`{name}`")[2].partition("\n\n")[0]
    heads = [line.partition(":")[0] for line in part.splitlines()[1:] if re.match(r" {4}\w", line)]
    documented = [entry.strip() for head in heads for entry in head.split(", ")]
    spec = getattr(module, name)
    assert documented == [f"{c.name} ({c.unit})" if c.unit else c.name for c in spec.columns]
