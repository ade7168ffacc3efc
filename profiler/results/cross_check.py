"""Finds where two instruments, or an instrument and the inspected call, contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..attribution.share import Attributed, Share
from ..catalogue.catalogue import TEARDOWN
from ..catalogue.presence import Resolution

# Two instruments further apart than this, as a fraction of the window, are reported.
DISAGREEMENT = 0.05
COUNT_TOLERANCE = 0.01
COUNTED = ("func_graph", "make_iterator")
# Whom to believe where several know a share: probes hardly disturb, the trace's tree is exact.
BELIEVED = ("probes", "tfprofiler")


def by_belief(instruments: Iterable[str]) -> tuple[str, ...]:
    """Return instruments with the one to believe first; those of equal rank stay in order."""
    order = {name: place for place, name in enumerate(BELIEVED)}
    return tuple(sorted(instruments, key=lambda name: order.get(name, len(order))))


def contradictions(
    attributed: Mapping[str, Attributed], resolutions: Mapping[str, Resolution]
) -> Iterator[str]:
    """Yield one line for each contradiction within a variant.

    Args:
        attributed: instrument -> what its capture says.
        resolutions: internal -> what the inspected call told of it.
    """
    yield from _shares_apart(attributed)
    for instrument, found in attributed.items():
        for internal in COUNTED:
            calls, inspected = _counts(found.shares[internal], resolutions[internal])
            if calls is not None and inspected is not None and abs(calls - inspected) > COUNT_TOLERANCE:
                yield (
                    f"{internal} was entered {calls:g} times a call under {instrument}, "
                    f"{inspected:g} times in the inspected call"
                )


def _counts(share: Share, resolution: Resolution) -> tuple[float | None, int | None]:
    """Return the entries a call under an instrument and in the inspected call: of the same kind.

    Those from outside the internal, where the inspected call kept them apart; else all entries.
    """
    if resolution.outside is not None:
        return share.calls_per_call, resolution.outside
    return share.entries_per_call, resolution.entered


def apart(here: Mapping[str, float], there: Mapping[str, float]) -> frozenset[str]:
    """Return the internals whose shares under two instruments differ by more than `DISAGREEMENT`.

    Args:
        here: internal -> its share under one.
        there: the same under the other.

    Where both know the teardown, shares of what comes before it are compared: it varies from call to call,
    and every share with it.
    """
    known = {name: (here[name], there[name]) for name in here.keys() & there.keys()}
    return frozenset(_apart(_without_teardown(known) if TEARDOWN in known else known))


def _shares_apart(attributed: Mapping[str, Attributed]) -> Iterator[str]:
    """Yield how cProfile and the trace contradict each other, where no probes ran to hold them against."""
    first, second = attributed.get("cprofile"), attributed.get("tfprofiler")
    if first is None or second is None or _tell(attributed.get("probes")):
        return
    shares = {name: (one.share, second.shares[name].share) for name, one in first.shares.items()}
    known = {name: (a, b) for name, (a, b) in shares.items() if a is not None and b is not None}
    apart = _apart(known)
    if TEARDOWN in apart and not _apart(_without_teardown(known)):
        here, there = apart[TEARDOWN]
        yield (
            f"freeing what predict built took {here:.0%} of the calls under cprofile and {there:.0%} of "
            "those under tfprofiler: it varies from call to call, and every share with it; the spread of "
            "ms a call says how much"
        )
    elif apart:
        listed = ", ".join(f"{name} {here:.0%} and {there:.0%}" for name, (here, there) in apart.items())
        yield (
            f"cprofile and tfprofiler differ by more than {DISAGREEMENT * 100:.0f} points ({listed}): "
            "believe tfprofiler, whose tree is exact"
        )


def _tell(found: Attributed | None) -> bool:
    return found is not None and any(one.share is not None for one in found.shares.values())


def _apart(shares: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    return {name: (here, there) for name, (here, there) in shares.items() if abs(here - there) > DISAGREEMENT}


def _without_teardown(shares: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return the shares of the other internals as if the window ended where predict returns."""
    here, there = (1 - share for share in shares[TEARDOWN])
    if not here or not there:
        return {}
    return {name: (a / here, b / there) for name, (a, b) in shares.items() if name != TEARDOWN}
