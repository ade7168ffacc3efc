"""Bounds how much text stacks become, before any of it is written."""

from __future__ import annotations

from collections.abc import Sequence

from ..attribution.stacks import Stacks
from ..protocol.errors import UsageError

# A line holds all frames of its stack: a trace of 2 MB can hold a name of 1 MB below 10,000 others.
MOST_BYTES = 1 << 30


def require_room(stacks: Stacks, widths: Sequence[int]) -> None:
    """Refuse stacks whose text would exceed `MOST_BYTES`; ``widths`` are the bytes of each row's own frame.

    Raises:
        UsageError: they are.
    """
    total = 0
    reach: list[int] = []
    rows = zip(
        widths, stacks.table.array("parent").tolist(), stacks.table.array("self_ps").tolist(), strict=True
    )
    for width, parent, own in rows:
        reach.append(width + (reach[parent] if parent >= 0 else 0))
        total += reach[-1] if own else 0
    if total > MOST_BYTES:
        size, most = (f"{number / (1 << 30):,.1f}" for number in (total, MOST_BYTES))
        raise UsageError(
            f"the stacks of this variant are {size} GiB as text, over the limit of {most} GiB",
            to_do="use --format pstats, whose size does not grow with their depth",
        )
