"""The page of a model's layers: each with its time and share, and how certain it is that they are its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...protocol import schemas
from ...protocol.vocabulary import counted
from ...results.layers import LayersReport, LayerTime
from ...tables.layers import KNOWN
from .. import numbers
from ..blocks import Bar, Block, Cell, Column, Layout, Lines, Marked, Records, Row, Table, Title, Value
from ..numbers import MISSING

COLUMNS = (
    Column("layer", "text"),
    Column("class", "text"),
    Column("of compute"),
    Column("", "bar"),
    Column("of call"),
    Column("ms"),
    Column("entered"),
    Column("kernels"),
    Column("certainty", "text"),
)
LAYOUTS = ((0, 1, 2, 3, 4, 5, 6, 7, 8), (0, 1, 2, 4, 5, 6, 7, 8), (0, 2, 4, 5, 8), (0, 2, 5))
"""The columns that are shown, from wide to narrow."""
MOST_SHOWN = 12
LEAST_SHOWN = 0.01
"""Unless all are asked for, as many layers are shown, and none with a smaller share of compute."""
NO_LAYER = "(no layer)"
IDLE_NAMED = 6
FIELDS = tuple(one.name for one in dataclasses.fields(LayerTime))
LEGEND = (
    "of compute: of the time in which some kernel of the model ran; of call: of the call window; ms, entered,"
    " kernels: per call; entered: how often its scope was, by the kernel that ran least often. An instant"
    " with kernels of several layers is divided equally among them. (no layer): kernels without a layer's"
    " scope. Times are those under the profiler."
)


@dataclass(frozen=True)
class LayersPage:
    """The layers of a model; ``whole`` shows every one of them."""

    report: LayersReport
    whole: bool

    title = ""

    def blocks(self) -> Iterator[Block]:
        """Yield what the layers are of, their table, what cannot be told, and a legend."""
        report = self.report
        per_call = numbers.milliseconds(report.window_ms)
        yield Title(report.subject.title)
        yield Lines(
            (
                f"{counted(report.calls, 'call')}, {per_call} ms each; kernels of the model ran in "
                f"{numbers.share(report.compute)} of that",
            ),
            "facts",
        )
        yield self._table()
        if report.idle:
            yield Lines((_idle(report.idle),))
        if report.remarks:
            yield Lines(report.remarks, "warning")
        yield Lines((LEGEND,), "legend")

    def document(self) -> dict[str, Any]:
        """Return every layer as a JSON object."""
        report = self.report
        return {
            "schema": schemas.LAYERS,
            "environment": report.subject.environment,
            "variant": report.subject.variant,
            "instrument": report.subject.instrument,
            "calls": report.calls,
            "window_ms": report.window_ms,
            "compute": report.compute,
            "layers": [dataclasses.asdict(one) for one in report.layers],
            "idle": list(report.idle),
            "remarks": list(report.remarks),
        }

    def records(self) -> Records:
        """Return a row for every layer, what belongs to none last; times in ms and counts are per call."""
        return Records(FIELDS, map(_record, self.report.layers))

    def _table(self) -> Table:
        shown, folded = self._shown()
        cells = [_cells(one) for one in shown]
        if folded:
            cells.insert(-1, _together(folded))
        return Table(tuple(_layout(picked, cells) for picked in LAYOUTS))

    def _shown(self) -> tuple[list[LayerTime], list[LayerTime]]:
        """Return the layers that are shown, what belongs to none last, and those that are folded."""
        layers = [one for one in self.report.layers if one.layer is not None]
        none = [one for one in self.report.layers if one.layer is None]
        large = [one for one in layers[:MOST_SHOWN] if (one.share_of_compute or 0) >= LEAST_SHOWN]
        if self.whole or len(layers) - len(large) < 2:
            return [*layers, *none], []
        return [*large, *none], layers[len(large) :]


def page(report: LayersReport, whole: bool) -> LayersPage:
    """Return the page of a model's layers.

    Args:
        report: what the trace says.
        whole: whether to show every layer to people; JSON and CSV always hold all.
    """
    return LayersPage(report, whole)


def _layout(picked: tuple[int, ...], cells: Sequence[tuple[Cell, ...]]) -> Layout:
    return Layout(
        tuple(COLUMNS[one] for one in picked), tuple(Row(tuple(row[one] for one in picked)) for row in cells)
    )


def _cells(one: LayerTime) -> tuple[Cell, ...]:
    return (
        _name(one),
        one.class_name or MISSING,
        numbers.share(one.share_of_compute),
        Bar(one.share_of_compute),
        numbers.share(one.share_of_calls),
        numbers.milliseconds(one.ms),
        numbers.count(one.entries_per_call),
        numbers.count(one.kernels_per_call),
        Marked(one.certainty, "" if one.certainty == KNOWN else "notable"),
    )


def _name(one: LayerTime) -> str:
    if one.layer is None:
        return NO_LAYER
    return one.layer if one.uses == 1 else f"{one.layer} (use {one.use} of {one.uses})"


def _together(folded: Sequence[LayerTime]) -> tuple[Cell, ...]:
    """Return the row that stands for layers which are not shown."""
    share = sum(one.share_of_compute or 0 for one in folded)
    certainties = dict.fromkeys(one.certainty for one in folded)
    return (
        f"({len(folded)} more: --all)",
        MISSING,
        numbers.share(share),
        Bar(share),
        numbers.share(sum(one.share_of_calls for one in folded)),
        numbers.milliseconds(sum(one.ms for one in folded)),
        MISSING,
        numbers.count(sum(one.kernels_per_call for one in folded)),
        ", ".join(certainties),
    )


def _idle(names: Sequence[str]) -> str:
    more = f" and {len(names) - IDLE_NAMED} more" if len(names) > IDLE_NAMED else ""
    return f"no kernel of their own: {', '.join(names[:IDLE_NAMED])}{more}"


def _record(one: LayerTime) -> tuple[Value, ...]:
    return tuple(getattr(one, name) for name in FIELDS)
