"""The runs that are kept, one a row."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...protocol import schemas
from ...runs.find import RunSummary
from .. import numbers
from ..blocks import Block, Column, Records, table, text_columns

FIELDS = ("name", "created", "captures", "bytes", "workloads", "environments", "status")
JOINT = ", "


@dataclass(frozen=True)
class RunsPage:
    """The runs of a traces folder, oldest first."""

    runs: tuple[RunSummary, ...]

    title = "Runs"

    def blocks(self) -> Iterator[Block]:
        """Yield the table of the runs, if there are any."""
        if not self.runs:
            return
        yield table(
            Column("run", "text", whole=True),
            *text_columns("created", "captures", "size", "workloads", "environments", "status"),
            rows=(
                (
                    one.name,
                    one.created,
                    str(one.captures),
                    numbers.size(one.bytes),
                    JOINT.join(one.workloads),
                    JOINT.join(one.environments),
                    one.status,
                )
                for one in self.runs
            ),
            style="headed",
        )

    def document(self) -> dict[str, Any]:
        """Return the runs as a JSON object; ``path`` is where each lies."""
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


def page(runs: Sequence[RunSummary]) -> RunsPage:
    """Return the page of some runs."""
    return RunsPage(tuple(runs))
