"""The page of the environments that were made for TensorFlow releases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...environments import Stored
from ...protocol import schemas
from .. import numbers
from ..blocks import Block, Lines, Records, Value

FIELDS = ("slug", "folder", "keras", "problem", "size_bytes", "shared_bytes")


@dataclass(frozen=True)
class EnvironmentsPage:
    """The environments in the cache."""

    stored: tuple[Stored, ...]

    title = "Environments"

    def blocks(self) -> Iterator[Block]:
        """Yield a line for each environment."""
        yield Lines(tuple(map(_line, self.stored)), "text")

    def document(self) -> dict[str, Any]:
        """Return the environments as a JSON object; ``problem`` is null for a complete one."""
        found = [dict(zip(FIELDS, _row(one), strict=True)) for one in self.stored]
        return {"schema": schemas.ENVIRONMENTS, "environments": found}

    def records(self) -> Records:
        """Return a row for each environment."""
        return Records(FIELDS, map(_row, self.stored))


def page(stored: Sequence[Stored]) -> EnvironmentsPage:
    """Return the page of some environments."""
    return EnvironmentsPage(tuple(stored))


def _keras(one: Stored) -> str | None:
    return one.environment.packages.get("keras") if one.environment else None


def _row(one: Stored) -> tuple[Value, ...]:
    return (one.slug, one.folder, _keras(one), one.problem, one.size_bytes, one.shared_bytes)


def _line(one: Stored) -> str:
    state = one.problem or f"complete, Keras {_keras(one) or 'in TensorFlow'}"
    size = numbers.size
    shared = f", {size(one.shared_bytes)} of it shared with uv's cache" if one.shared_bytes else ""
    return f"{one.slug}: {state}, {size(one.size_bytes)}{shared}"
