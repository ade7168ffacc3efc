"""The page of one run over several releases: releases are columns, facts are rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ...protocol import schemas
from ...results.document import Comparison, Internal, Report, VariantReport
from .. import numbers
from ..blocks import Block, Records, Sheet, SheetRow, Title
from ..numbers import MISSING
from .remarks import remarks

SHARES_FROM = "cprofile"
NESTED = "  "


@dataclass(frozen=True)
class Row:
    """One quantity in every environment, as text; empty cells make it the title of the rows below."""

    label: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """The table of one workload: environments' slugs as columns, rows in order."""

    workload: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class MatrixPage:
    """A run over several releases, and what failed of it: release -> reason."""

    report: Report
    failures: Mapping[str, str]
    matrices: tuple[Matrix, ...]

    title = ""

    def blocks(self) -> Iterator[Block]:
        """Yield a table for each workload, then what must be known with them."""
        for matrix in self.matrices:
            yield Title(f"predict of {matrix.workload}, release by release")
            yield Sheet(matrix.columns, tuple(map(_sheet_row, matrix.rows)))
        yield from remarks(self.report, self.failures)

    def document(self) -> dict[str, Any]:
        """Return the tables, the failures and the report that they were drawn from as one JSON object."""
        return {
            "schema": schemas.MATRIX,
            "matrices": [asdict(matrix) for matrix in self.matrices],
            "failures": dict(self.failures),
            "report": self.report.to_json(),
        }

    def records(self) -> Records:
        """Return a row for each cell, as the tables show it."""
        return Records(("workload", "quantity", "environment", "value"), self._cells())

    def _cells(self) -> Iterator[tuple[str, ...]]:
        for matrix in self.matrices:
            section = ""
            for row in matrix.rows:
                if not any(row.cells):
                    section = f"{row.label}, "
                    continue
                for column, cell in zip(matrix.columns, row.cells, strict=True):
                    yield matrix.workload, section + row.label.strip(), column, cell


def page(report: Report, failures: Mapping[str, str]) -> MatrixPage:
    """Return the page of a run over several releases.

    Args:
        report: of the run.
        failures: release -> why it was not measured, or not to the end.
    """
    return MatrixPage(report, failures, make(report))


def _sheet_row(row: Row) -> SheetRow:
    nested = row.label.startswith(NESTED)
    return SheetRow(row.label.strip(), row.cells if any(row.cells) else (), depth=int(nested))


def make(report: Report, instrument: str = SHARES_FROM) -> tuple[Matrix, ...]:
    """Return the tables of a report, one for each workload, of its ``predict`` variants.

    Args:
        report: of a run over several environments.
        instrument: whose shares are shown.
    """
    workloads = dict.fromkeys(variant.workload for variant in report.variants)
    return tuple(_Maker(report, workload, instrument).matrix() for workload in workloads)


class _Maker:
    """Makes the table of one workload."""

    def __init__(self, report: Report, workload: str, instrument: str) -> None:
        self.report = report
        self.workload = workload
        self.instrument = instrument
        self.columns = tuple(report.environments)
        chosen = [v for v in report.variants if (v.workload, v.entry_point) == (workload, "predict")]
        self.states = tuple(dict.fromkeys(v.compile_state for v in chosen))
        # Of several batch sizes, the first is shown.
        self.variants: dict[tuple[str, str], VariantReport] = {}
        for variant in chosen:
            self.variants.setdefault((variant.environment, variant.compile_state), variant)

    def matrix(self) -> Matrix:
        environments = self.report.environments.values()
        rows = [
            Row("Keras", tuple(_text(environment.keras) for environment in environments)),
            Row("Python", tuple(environment.python for environment in environments)),
            *(self._each(f"ms a call, {state}", state, _latency) for state in self.states),
            *self._ratios(),
        ]
        for label, value in _FACTS.items():
            rows += [self._each(f"{label}, {state}", state, value) for state in self.states]
        for state in self.states:
            rows.append(
                Row(f"share of a call under {self.instrument}, {state}", tuple("" for _ in self.columns))
            )
            rows += self._internals(state)
        return Matrix(self.workload, self.columns, tuple(rows))

    def _each(self, label: str, state: str, value: Callable[[VariantReport], str]) -> Row:
        found = (self.variants.get((column, state)) for column in self.columns)
        return Row(label, tuple(MISSING if variant is None else value(variant) for variant in found))

    def _ratios(self) -> list[Row]:
        compared = [self._compared(column) for column in self.columns]
        if not any(compared):
            return []
        return [
            Row("compiled / uncompiled", tuple(numbers.ratio(c.ratio) if c else MISSING for c in compared)),
            Row(f"{NESTED}interval", tuple(numbers.interval(c.interval) if c else MISSING for c in compared)),
            Row(f"{NESTED}verdict", tuple(_text(c.verdict if c else None) for c in compared)),
            *self._outputs(compared),
        ]

    def _outputs(self, compared: Sequence[Comparison | None]) -> list[Row]:
        if not any(one and one.outputs for one in compared):
            return []
        return [Row(f"{NESTED}outputs", tuple(_text(c.outputs if c else None) for c in compared))]

    def _compared(self, column: str) -> Comparison | None:
        ids = [
            f"{column}:{found.id}" if (found := self.variants.get((column, state))) else None
            for state in ("uncompiled", "compiled")
        ]
        return next((c for c in self.report.comparisons if [c.baseline, c.candidate] == ids), None)

    def _internals(self, state: str) -> Iterable[Row]:
        order = dict.fromkeys(i.internal for v in self.variants.values() for i in v.internals)
        for name in order:
            found = [self._internal(column, state, name) for column in self.columns]
            if any(one is not None and one.presence in ("present", "unknown") for one in found):
                yield Row(f"{NESTED}{name}", tuple(self._share(one) for one in found))

    def _internal(self, column: str, state: str, name: str) -> Internal | None:
        variant = self.variants.get((column, state))
        return next((i for i in variant.internals if i.internal == name), None) if variant else None

    def _share(self, internal: Internal | None) -> str:
        if internal is None:
            return MISSING
        measure = internal.measures.get(self.instrument)
        if measure is None or measure.share is None:
            return MISSING if internal.presence == "present" else internal.presence
        return numbers.share(measure.share)


def _text(value: str | None) -> str:
    return value or MISSING


def _latency(variant: VariantReport) -> str:
    return numbers.milliseconds(variant.latency_ms.median if variant.latency_ms else None)


_FACTS: Mapping[str, Callable[[VariantReport], str]] = {
    "graphs traced a call": lambda variant: numbers.count(variant.graphs_traced_per_call),
    "iterators a call": lambda variant: numbers.count(variant.iterators_per_call),
    "loop": lambda variant: _text(variant.loop),
    "data adapter": lambda variant: _text(variant.data_adapter),
}
