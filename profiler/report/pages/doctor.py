"""The page of the checks of this machine, with what to do where it cannot measure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...launch.doctor import Check
from ...protocol import schemas
from ..blocks import Block, Lines, Records

FIELDS = ("name", "status", "found", "remedy")


@dataclass(frozen=True)
class DoctorPage:
    """The checks, in the order in which they were made."""

    checks: tuple[Check, ...]

    title = "Can this machine measure?"

    def blocks(self) -> Iterator[Block]:
        """Yield a line for each check."""
        yield Lines(tuple(map(_line, self.checks)), "text")

    def document(self) -> dict[str, Any]:
        """Return the checks as a JSON object."""
        return {"schema": schemas.DOCTOR, "checks": [dataclasses.asdict(check) for check in self.checks]}

    def records(self) -> Records:
        """Return a row for each check."""
        return Records(FIELDS, ((one.name, one.status, one.found, one.remedy) for one in self.checks))


def page(checks: Sequence[Check]) -> DoctorPage:
    """Return the page of some checks; those of several pages can be shown one after another."""
    return DoctorPage(tuple(checks))


def _line(check: Check) -> str:
    remedy = f" -> {check.remedy}" if check.remedy else ""
    return f"{check.status:<4}  {check.name}: {check.found}{remedy}"
