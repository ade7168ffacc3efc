"""Writes a ``.prof`` that pstats, snakeviz and others open, from our tables alone."""

from __future__ import annotations

import marshal
from pathlib import Path
from typing import Any

from ..readers.pstats import Profile

Label = tuple[str, int, str]


def write(profile: Profile, path: Path) -> None:
    """Write ``profile`` to ``path``.

    The format knows one row a label: of rows that share (path, line, name), the second and later get a
    number after their name, so that no time is lost.
    """
    labels = _labels(profile)
    functions, edges = profile.functions, profile.edges
    callers: list[dict[Label, tuple[int, int, float, float]]] = [{} for _ in labels]
    for caller, callee, primitive, calls, self_s, cumulative_s in zip(
        *(edges.array(column.name).tolist() for column in edges.spec.columns), strict=True
    ):
        callers[callee][labels[caller]] = (calls, primitive, self_s, cumulative_s)
    rows: Any = zip(
        *(functions.array(name).tolist() for name in ("primitive_calls", "calls", "self_s", "cumulative_s")),
        callers,
        strict=True,
    )
    path.write_bytes(marshal.dumps(dict(zip(labels, rows, strict=True))))


def _labels(profile: Profile) -> list[Label]:
    functions = profile.functions
    seen: dict[Label, int] = {}
    labels = []
    for label in zip(
        functions.coded("path").decode(),
        functions.array("line").tolist(),
        functions.coded("name").decode(),
        strict=True,
    ):
        seen[label] = seen.get(label, 0) + 1
        path, line, name = label
        labels.append(label if seen[label] == 1 else (path, line, f"{name} ({seen[label]})"))
    return labels
