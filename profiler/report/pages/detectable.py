"""Says which difference a section's design could have found with the noise that it met."""

from __future__ import annotations

from collections.abc import Iterator

from ...results.document import Comparison
from .. import numbers
from .sections import Section


def lines(section: Section) -> Iterator[str]:
    """Yield one line with the smallest difference that each comparison would have found."""
    shown = {
        one.candidate: one for variant in section.variants if (one := section.compared(variant)) is not None
    }
    if not shown:
        return
    known = [f"{_local(one)} {numbers.change(one.detectable)}" for one in shown.values() if one.detectable]
    if known:
        yield f"smallest difference that would have been found 8 of 10 times: {', '.join(known)}"
    without = [one for one in shown.values() if one.interval is None]
    if without:
        reason = f": {without[0].reason}" if without[0].reason else ""
        yield f"no difference can be told apart from noise{reason}: {', '.join(map(_local, without))}"


def _local(compared: Comparison) -> str:
    """Return the candidate's name within its workload."""
    return compared.candidate.partition("/")[2]
