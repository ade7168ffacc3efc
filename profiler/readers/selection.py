"""Which capture of a run a picture or an export is of: by the variant's name, or a sensible default."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..protocol.errors import RunError, UsageError
from ..protocol.words import Variant, require_known
from .run_directory import Capture, Run

DEFAULT = ("tiny", "compiled", "predict")
Found = TypeVar("Found")


def named(run: Run, name: str | None) -> list[tuple[str, Variant]]:
    """Return the (environment, variant) pairs that ``name`` can mean, the likeliest first.

    Args:
        run: the run.
        name: ``ID`` or ``ENV:ID``; None for all, the compiled predict of the tiny model first.

    Raises:
        UsageError: no such variant, or several environments have it.
    """
    if name is None:
        return sorted(run.variants, key=lambda pair: _key(pair[1]) != DEFAULT)
    full = {f"{slug}:{variant.id}": (slug, variant) for slug, variant in run.variants}
    if ":" in name:
        return [full[require_known("variant", name, tuple(full))]]
    require_known("variant", name, tuple(dict.fromkeys(variant.id for _, variant in run.variants)))
    matching = [key for key, (_, variant) in full.items() if variant.id == name]
    if len(matching) > 1:
        raise UsageError(f"--variant {name} means several: choose {' or '.join(matching)}")
    return [full[matching[0]]]


def _key(variant: Variant) -> tuple[str, str, str]:
    return (variant.workload, variant.compile_state, variant.entry_point)


def captures(run: Run, pair: tuple[str, Variant], instrument: str) -> list[Capture]:
    """Return the captures of a variant under an instrument, in the order in which they were taken."""
    return [c for c in run.captures if (c.environment, c.variant, c.instrument) == (*pair, instrument)]


def first(
    run: Run, name: str | None, instrument: str, load: Callable[[Capture], Found | str]
) -> tuple[Capture, Found]:
    """Return the first capture under an instrument that ``load`` can use, with what that gave.

    Args:
        run: the run.
        name: as `named` has it.
        instrument: whose captures.
        load: returns what is wanted of an ``ok`` capture, or why there is nothing.

    Raises:
        UsageError: as `named`.
        RunError: no capture can be used; the text gives the first reason.
    """
    reasons: list[str] = []
    for pair in named(run, name):
        for capture in captures(run, pair, instrument):
            found = load(capture) if capture.usable else str(capture.reason)
            if not isinstance(found, str):
                return capture, found
            reasons.append(f"{capture.variant.id}: {found}")
    which = f"{name} has" if name else "has"
    why = f": {reasons[0]}" if reasons else f"; measure with --instrument {instrument}"
    raise RunError(f"{run.name}: {which} no sound {instrument} capture{why}")
