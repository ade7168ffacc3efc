"""The page of the runs that are kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...protocol import schemas
from ...runs.find import RunSummary
from .. import numbers
from ..blocks import Block, Column, Layout, Records, Row, Table, text_columns

FIELDS = ("name", "created", "captures", "bytes", "workloads", "environments", "status")
JOINT = ", "
MINUTE = len("2026-01-05T10:15")


@dataclass(frozen=True)
class RunsPage:
    """The runs of a traces folder, oldest first."""

    runs: tuple[RunSummary, ...]

    title = "Runs"

    def blocks(self) -> Iterator[Block]:
        """Yield the table of the runs, if there are any."""
        if not self.runs:
            return
        wide = ("created", "captures", "size", "workloads", "environments", "status")
        layouts = ((wide, _cells), (wide, _short_cells), (("size", "status"), _few_cells))
        name = Column("run", "text", whole=True)
        yield Table(
            tuple(
                Layout(
                    (name, *text_columns(*headers)), tuple(Row((one.name, *cells(one))) for one in self.runs)
                )
                for headers, cells in layouts
            ),
            "headed",
        )

    def document(self) -> dict[str, Any]:
        """Return the runs as a JSON object; ``path`` is each run's folder."""
        rows = ({**dataclasses.asdict(one), "path": str(one.path)} for one in self.runs)
        return {"schema": schemas.RUNS, "runs": list(rows)}

    def records(self) -> Records:
        """Return a row for each run."""
        return Records(
            FIELDS,
            (
                (
                    one.name,
                    one.created,
                    one.captures,
                    one.bytes,
                    JOINT.join(one.workloads),
                    JOINT.join(one.environments),
                    one.status,
                )
                for one in self.runs
            ),
        )


def _cells(one: RunSummary) -> tuple[str, ...]:
    joined = JOINT.join(one.workloads), JOINT.join(one.environments)
    return (one.created, str(one.captures), numbers.size(one.bytes), *joined, one.status)


def _short_cells(one: RunSummary) -> tuple[str, ...]:
    """Return the cells with the time to the minute, and with only the first of several environments."""
    _, captures, size, workloads, environments, status = _cells(one)
    if len(one.environments) > 1:
        environments = f"{one.environments[0]} and {len(one.environments) - 1} more"
    return (one.created[:MINUTE].replace("T", " "), captures, size, workloads, environments, status)


def _few_cells(one: RunSummary) -> tuple[str, ...]:
    return (numbers.size(one.bytes), one.status)


def page(runs: Sequence[RunSummary]) -> RunsPage:
    """Return the page of some runs."""
    return RunsPage(tuple(runs))
