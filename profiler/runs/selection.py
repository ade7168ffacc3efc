"""Chooses the capture that a picture or an export shows: by the variant's name, or a default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..protocol.errors import KprofError, OptionError, RunError, Unusable
from ..protocol.vocabulary import Variant, require_known
from .record import Capture, RunRecord

DEFAULT = ("tiny", "compiled", "predict")
Found = TypeVar("Found")


def require_no_session(session: str | None) -> None:
    """Refuse a session where a run of ours is shown.

    Raises:
        OptionError: one was given.
    """
    if session is not None:
        raise OptionError("session", session, "a run of kprof has no sessions", "leave it out")


@dataclass(frozen=True)
class Chosen(Generic[Found]):
    """A capture with what was wanted of it, and a line on those that came before it but cannot be used."""

    capture: Capture
    found: Found
    skipped: str | None


def named(run: RunRecord, name: str | None) -> list[tuple[str, Variant]]:
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
        raise OptionError("variant", name, "means several", f"choose {' or '.join(matching)}")
    return [full[matching[0]]]


def _key(variant: Variant) -> tuple[str, str, str]:
    return (variant.workload, variant.compile_state, variant.entry_point)


def first(
    run: RunRecord, name: str | None, sources: Mapping[str, Callable[[Capture], Found]]
) -> Chosen[Found]:
    """Return the first capture that can be used: of the likeliest variant under the first instrument.

    Args:
        run: the run.
        name: as `named` has it.
        sources: instrument -> what is wanted of an ``ok`` capture of it; it raises `KprofError` where there
            is nothing. The instruments of one variant are tried in this order before the next variant.

    Raises:
        UsageError: as `named`.
        RunError: no capture can be used; the text gives the first reason of each instrument.
    """
    reasons: dict[str, list[str]] = {}
    for slug, variant in named(run, name):
        for instrument, load in sources.items():
            for capture in run.of(slug, variant, instrument):
                try:
                    if not capture.usable:
                        raise Unusable(str(capture.reason))
                    return Chosen(capture, load(capture), _skipped(reasons, capture))
                except KprofError as error:
                    told = f"{_label(capture)}: {error.below(capture.folder)}"
                    reasons.setdefault(instrument, []).append(told)
    which = f"{name} has" if name else "has"
    firsts = "; ".join(of_one[0] for of_one in reasons.values())
    why = f": {firsts}" if firsts else f"; measure it under {next(iter(sources))}"
    raise RunError(f"{which} no sound {' or '.join(sources)} capture{why}", run.name)


def _label(capture: Capture) -> str:
    return f"{capture.variant.id}, {capture.path.rpartition('/')[2]}"


def _skipped(reasons: Mapping[str, list[str]], shown: Capture) -> str | None:
    every = [reason for of_one in reasons.values() for reason in of_one]
    if not every:
        return None
    more = f" (and {len(every) - 1} more)" if len(every) > 1 else ""
    return f"left out: {every[0]}{more}; shown: {_label(shown)}"
