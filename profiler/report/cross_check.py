"""Where two instruments, or an instrument and the inspected call, contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..attribution.attribute import Attributed

# Two instruments further apart than this, as a fraction of the window, are reported.
DISAGREEMENT = 0.05
COUNT_TOLERANCE = 0.01
COUNTED = (("func_graph", "graphs_traced"), ("make_iterator", "iterators_made"))


def contradictions(attributed: Mapping[str, Attributed], inspection: Mapping[str, Any]) -> Iterator[str]:
    """Yield one line for each contradiction within a variant.

    Args:
        attributed: instrument -> what its capture says.
        inspection: ``inspect.json``, empty when there is none.
    """
    yield from _shares_apart(attributed)
    for instrument, found in attributed.items():
        for internal, fact in COUNTED:
            calls, inspected = found.shares[internal].calls_per_call, inspection.get(fact)
            if calls is not None and inspected is not None and abs(calls - inspected) > COUNT_TOLERANCE:
                yield (
                    f"{internal} was entered {calls:g} times a call under {instrument}, "
                    f"{inspected:g} times in the inspected call"
                )


def _shares_apart(attributed: Mapping[str, Attributed]) -> Iterator[str]:
    first, second = attributed.get("cprofile"), attributed.get("tfprofiler")
    if first is None or second is None:
        return
    apart = []
    for name, one in first.shares.items():
        other = second.shares[name]
        if one.share is None or other.share is None or abs(one.share - other.share) <= DISAGREEMENT:
            continue
        apart.append(f"{name} {one.share:.0%} and {other.share:.0%}")
    if apart:
        yield (
            f"cprofile and tfprofiler differ by more than {DISAGREEMENT * 100:.0f} points "
            f"({', '.join(apart)}): "
            "believe tfprofiler, whose tree is exact"
        )
