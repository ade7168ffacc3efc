"""Writes ``.prof`` files for pstats and snakeviz from our own tables."""

from __future__ import annotations

import marshal
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..attribution import caller_profile
from ..attribution.stacks import Stacks
from ..protocol.errors import UsageError
from ..readers.code_places import CodePlaces
from ..readers.pstats import Profile
from ..tables.spec import Table

Label = tuple[str, int, str]


def pieces(stacks: Stacks, places: CodePlaces, name: str) -> Iterator[bytes]:
    """Return the stacks as the bytes of a ``.prof`` file, which has no room for a name."""
    yield to_bytes(caller_profile.make(stacks, places))


def write(profile: Profile, path: str | Path) -> None:
    """Write ``profile`` as a ``.prof`` file; reading it gives equal tables.

    Raises:
        UsageError: ``path`` cannot be written.
        ValueError: two edges have the same caller and callee.
    """
    data = to_bytes(profile)
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", path, "choose another place") from error


def to_bytes(profile: Profile) -> bytes:
    """Return the bytes of ``profile`` as a ``.prof`` file.

    The format has room for one row per label. Of rows with the same label, the second and later get an
    invented folder before their path, ``other-2/site-packages/``, which our readers strip: none is merged or
    lost.

    Raises:
        ValueError: two edges have the same caller and callee.
    """
    return marshal.dumps(_stats(profile))


def _stats(profile: Profile) -> dict[Label, Any]:
    functions, edges = profile.functions, profile.edges
    labels = list(_labels(functions))
    stats: dict[Label, Any] = {
        label: (*row, {})
        for label, row in zip(
            labels,
            _rows(functions, "primitive_calls", "calls", "self_s", "cumulative_s"),
            strict=True,
        )
    }
    ends = _rows(edges, "caller", "callee")
    rows = _rows(edges, "calls", "primitive_calls", "self_s", "cumulative_s")
    for (caller, callee), row in zip(ends, rows, strict=True):
        callers = stats[labels[callee]][4]
        if labels[caller] in callers:
            raise ValueError(f"edges: {labels[caller]} calls {labels[callee]} in two rows")
        callers[labels[caller]] = row
    return stats


def _rows(table: Table, *names: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(table.array(name).tolist() for name in names), strict=True)


def _labels(functions: Table) -> Iterable[Label]:
    seen: Counter[Label] = Counter()
    paths, names = (functions.coded(name).decode() for name in ("path", "name"))
    for label in zip(paths, functions.array("line").tolist(), names, strict=True):
        seen[label] += 1
        path, line, name = label
        yield label if seen[label] == 1 else (f"other-{seen[label]}/site-packages/{path}", line, name)
