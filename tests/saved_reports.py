"""Reads a report's JSON back, as whoever keeps one does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from profiler.protocol import schemas
from profiler.results.document import Report


def from_json(value: Mapping[str, Any]) -> Report:
    """Return the report that a JSON object of its schema holds; unknown fields are ignored."""
    assert value["schema"] == schemas.REPORT
    return msgspec.convert(value, Report)
