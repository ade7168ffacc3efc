"""One run over several releases as a table: releases are columns, what is known of each is rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from ...protocol import schemas
from ...results.document import Comparison, Internal, Report, Variant
from .. import numbers
from ..blocks import Block, Grid, Title
from ..formats import markdown, text_console
from ..numbers import MISSING, plain
from . import remarks

SHARES_FROM = "cprofile"
GAP = 2


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


def make(report: Report, instrument: str = SHARES_FROM) -> tuple[Matrix, ...]:
    """Return the tables of a report, one for each workload, of its ``predict`` variants.

    Args:
        report: of a run over several environments.
        instrument: whose shares are shown.
    """
    workloads = dict.fromkeys(variant.workload for variant in report.variants)
    return tuple(_Maker(report, workload, instrument).matrix() for workload in workloads)


def render(matrices: Sequence[Matrix], below: Sequence[Block], width: int | None = None) -> str:
    """Return the tables as text, and below them what must be known with them.

    In a narrow window a table is printed in parts, fewer releases in each: no cell is cut.
    """
    console = text_console.make(width)
    with console.capture() as captured:
        for number, matrix in enumerate(matrices):
            if number:
                console.print()
            console.print(f"predict of {plain(matrix.workload)}, release by release")
            for part, group in enumerate(_groups(matrix, width)):
                if part:
                    console.print()
                for line in _lines(group, width):
                    console.print(Text(line))
        remarks.draw(console, below)
    return text_console.without_trailing_blanks(captured.get())


def render_markdown(matrices: Sequence[Matrix], below: Sequence[Block]) -> str:
    """Return the same as Markdown."""
    blocks: list[Block] = []
    for matrix in matrices:
        blocks.append(Title(f"predict of {matrix.workload}, release by release"))
        empty = ("",) * len(matrix.columns)
        rows = tuple((row.label.strip(), *(row.cells or empty)) for row in matrix.rows)
        blocks.append(Grid(("", *matrix.columns), rows))
    return "\n\n".join(map(markdown.draw, (*blocks, *below))) + "\n"


def to_json(matrices: Iterable[Matrix], failures: Mapping[str, str], report: Report) -> dict[str, Any]:
    """Return the tables with the report that they were drawn from as one JSON object."""
    return {
        "schema": schemas.MATRIX,
        "matrices": [asdict(matrix) for matrix in matrices],
        "failures": dict(failures),
        "report": report.to_json(),
    }


def _groups(matrix: Matrix, width: int | None) -> Iterator[Matrix]:
    """Yield the table in parts of as many releases as stand side by side in a window; of one at least."""
    start = 0
    for end in range(1, len(matrix.columns) + 1):
        if end == len(matrix.columns) or not _fits(_part(matrix, start, end + 1), width):
            yield _part(matrix, start, end)
            start = end


def _part(matrix: Matrix, start: int, end: int) -> Matrix:
    rows = tuple(Row(row.label, row.cells[start:end]) for row in matrix.rows)
    return Matrix(matrix.workload, matrix.columns[start:end], rows)


def _fits(matrix: Matrix, width: int | None) -> bool:
    return width is None or sum(_widths(matrix)) <= width


def _widths(matrix: Matrix) -> list[int]:
    """Return the characters of the labels and of each column with the gap before it; titles take any room."""
    labels = max(cell_len(plain(row.label)) for row in matrix.rows if any(row.cells))
    cells = zip(matrix.columns, *(row.cells for row in matrix.rows if row.cells), strict=True)
    return [labels, *(GAP + max(cell_len(plain(cell)) for cell in column) for column in cells)]


def _lines(matrix: Matrix, width: int | None) -> Iterator[str]:
    """Yield a table's lines; where not even one release fits, a long cell stands below its label."""
    first, *others = _widths(matrix)
    if not _fits(matrix, width):
        for row in (Row("", matrix.columns), *matrix.rows):
            yield plain(row.label)
            yield from (f"{' ' * 2 * GAP}{plain(cell)}" for cell in row.cells if cell)
        return
    for row in (Row("", matrix.columns), *matrix.rows):
        cells = zip(map(plain, row.cells), others, strict=False)
        label = set_cell_size(plain(row.label), first) if any(row.cells) else plain(row.label)
        yield label + "".join(f"{' ' * (room - cell_len(cell))}{cell}" for cell, room in cells if cell)


class _Maker:
    """Makes the table of one workload."""

    def __init__(self, report: Report, workload: str, instrument: str) -> None:
        self.report = report
        self.workload = workload
        self.instrument = instrument
        self.columns = tuple(report.environments)
        chosen = [v for v in report.variants if (v.workload, v.entry_point) == (workload, "predict")]
        self.states = tuple(dict.fromkeys(v.compile_state for v in chosen))
        # Of several batch sizes the first stands for the release.
        self.variants: dict[tuple[str, str], Variant] = {}
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

    def _each(self, label: str, state: str, value: Callable[[Variant], str]) -> Row:
        found = (self.variants.get((column, state)) for column in self.columns)
        return Row(label, tuple(MISSING if variant is None else value(variant) for variant in found))

    def _ratios(self) -> list[Row]:
        compared = [self._compared(column) for column in self.columns]
        if not any(compared):
            return []
        return [
            Row("compiled / uncompiled", tuple(numbers.ratio(c.ratio) if c else MISSING for c in compared)),
            Row("  interval", tuple(numbers.interval(c.interval) if c else MISSING for c in compared)),
            Row("  verdict", tuple(_text(c.verdict if c else None) for c in compared)),
        ]

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
                yield Row(f"  {name}", tuple(self._share(one) for one in found))

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


def _latency(variant: Variant) -> str:
    return numbers.milliseconds(variant.latency_ms.median if variant.latency_ms else None)


_FACTS: Mapping[str, Callable[[Variant], str]] = {
    "graphs traced a call": lambda variant: numbers.count(variant.graphs_traced_per_call),
    "iterators a call": lambda variant: numbers.count(variant.iterators_per_call),
    "loop": lambda variant: _text(variant.loop),
    "data adapter": lambda variant: _text(variant.data_adapter),
}
