"""What a table is: declared columns with dtypes and units, and the invariants that they keep.

Inside kprof a table is a set of NumPy columns; names that repeat are coded (an index into a list of
distinct strings). `Table.to_frame` gives the pandas DataFrame of the public API. Each other module of this
folder declares the tables of one subject.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Coded:
    """A column of strings; row ``i`` holds ``values[codes[i]]``; a code of -1 is a missing name."""

    codes: npt.NDArray[np.int32]
    values: tuple[str, ...]

    @staticmethod
    def encode(strings: Sequence[str]) -> Coded:
        """Return the coded form of ``strings``, values in order of first appearance."""
        index: dict[str, int] = {}
        codes = np.fromiter((index.setdefault(s, len(index)) for s in strings), np.int32, len(strings))
        return Coded(codes, tuple(index))

    def __len__(self) -> int:
        return len(self.codes)

    def decode(self) -> list[str]:
        """Return the strings, one a row (a missing name is the empty string)."""
        values = (*self.values, "")
        return [values[code] for code in self.codes]

    def take(self, rows: Array) -> Coded:
        """Return the chosen rows (an index array or a mask), with the same values."""
        return Coded(self.codes[rows], self.values)


Values = Array | Coded


@dataclass(frozen=True)
class Column:
    """One declared column: ``dtype`` is a NumPy dtype's name, or ``string`` for a coded column."""

    name: str
    dtype: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class TableSpec:
    """A table's name, its columns in order, and the invariants that `Table.check` tests."""

    name: str
    columns: tuple[Column, ...]
    invariants: tuple[Callable[[Table], str | None], ...] = ()


@dataclass(frozen=True)
class Table:
    """Columns that follow a `TableSpec`; all have the same length."""

    spec: TableSpec
    columns: Mapping[str, Values]

    def __len__(self) -> int:
        return len(self.columns[self.spec.columns[0].name])

    def array(self, name: str) -> Array:
        """Return a numeric column."""
        values = self.columns[name]
        if isinstance(values, Coded):
            raise TypeError(f"{self.spec.name}.{name} is coded: use coded()")
        return values

    def coded(self, name: str) -> Coded:
        """Return a string column."""
        values = self.columns[name]
        if not isinstance(values, Coded):
            raise TypeError(f"{self.spec.name}.{name} is numeric: use array()")
        return values

    def take(self, rows: Array) -> Table:
        """Return the chosen rows (an index array or a mask)."""
        return Table(
            self.spec,
            {n: v.take(rows) if isinstance(v, Coded) else v[rows] for n, v in self.columns.items()},
        )

    def check(self) -> Table:
        """Return this table when it follows its spec.

        Raises:
            ValueError: a column is missing, surplus, or of another dtype or length, or an invariant is
                broken; the text says which and gives the value.
        """
        declared = [column.name for column in self.spec.columns]
        if list(self.columns) != declared:
            raise ValueError(f"{self.spec.name}: columns {list(self.columns)}, declared {declared}")
        for column in self.spec.columns:
            self._check_column(column)
        for invariant in self.spec.invariants:
            broken = invariant(self)
            if broken:
                raise ValueError(f"{self.spec.name}: {broken}")
        return self

    def _check_column(self, column: Column) -> None:
        values = self.columns[column.name]
        place = f"{self.spec.name}.{column.name}"
        if len(values) != len(self):
            raise ValueError(f"{place}: {len(values)} rows, the table has {len(self)}")
        if isinstance(values, Coded):
            if column.dtype != "string":
                raise ValueError(f"{place}: coded, declared {column.dtype}")
            codes = values.codes
            if len(codes) and not -1 <= int(codes.min()) <= int(codes.max()) < len(values.values):
                raise ValueError(f"{place}: a code outside its {len(values.values)} values")
        elif values.dtype.name != column.dtype:
            raise ValueError(f"{place}: dtype {values.dtype.name}, declared {column.dtype}")

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame with the declared columns (string columns as categories)."""
        import pandas as pd  # noqa: PLC0415  importing kprof must not import pandas

        frame: pd.DataFrame = pd.DataFrame(
            {
                name: pd.Categorical.from_codes(values.codes, categories=pd.Index(list(values.values)))
                if isinstance(values, Coded)
                else values
                for name, values in self.columns.items()
            }
        )
        return frame


VARIANT_COLUMNS = (
    Column("environment", "string", "", "slug of the environment, like tf2.21.0-py3.11"),
    Column("variant", "string", "", "id of the variant, like tiny/compiled/predict/b32"),
)
"""The columns that say which variant a row is about."""


def make(spec: TableSpec, **columns: Values | Sequence[Any]) -> Table:
    """Return a checked table; plain sequences become columns of the declared dtype."""
    built: dict[str, Values] = {}
    for column in spec.columns:
        values = columns.pop(column.name)
        if isinstance(values, Coded):
            built[column.name] = values
        elif column.dtype == "string":
            built[column.name] = Coded.encode([str(v) for v in values])
        else:
            built[column.name] = np.asarray(values, dtype=column.dtype)
    if columns:
        raise ValueError(f"{spec.name}: no such columns {sorted(columns)}")
    return Table(spec, built).check()


def non_negative(*names: str) -> Callable[[Table], str | None]:
    """Return an invariant: these numeric columns hold no negative value and no NaN."""

    def holds(table: Table) -> str | None:
        for name in names:
            values = table.array(name)
            bad = ~(values >= 0)
            if bad.any():
                row = int(np.argmax(bad))
                return f"{name} is {values[row]} in row {row}, it cannot be negative"
        return None

    return holds


def within(limit: str, *names: str) -> Callable[[Table], str | None]:
    """Return an invariant: these columns never exceed the column ``limit`` of the same row."""

    def holds(table: Table) -> str | None:
        for name in names:
            bad = table.array(name) > table.array(limit)
            if bad.any():
                return f"{name} exceeds {limit} in row {int(np.argmax(bad))}"
        return None

    return holds


def rows_of(table_name: str, *names: str) -> Callable[[Table], str | None]:
    """Return an invariant: these columns hold rows of another table, so none is negative."""

    def holds(table: Table) -> str | None:
        for name in names:
            values = table.array(name)
            if len(values) and int(values.min()) < 0:
                return f"{name} {int(values.min())} names no row of {table_name}"
        return None

    return holds
