"""What one capture says of the internals, by the instrument that was attached."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, cast

from ..catalogue.catalogue import Catalogue
from ..catalogue.presence import Resolution
from ..protocol.errors import KprofError, Unusable
from ..protocol.instruments import INSTRUMENTS as DESCRIPTORS
from ..protocol.instruments import SHARES
from ..readers.pstats.marshal_guard import MarshalGuard
from ..runs.record import Capture
from . import call_shares, instruments
from .share import Attributed, Share

INSTRUMENTS = tuple(one.id for one in DESCRIPTORS if SHARES in one.gives)
"""Those whose captures give shares; each has a module in `instruments`, named by its id."""


class Attributor(Protocol):
    """What an instrument's module offers."""

    def attribute(
        self,
        capture: Capture,
        resolutions: Mapping[str, Resolution],
        catalogue: Catalogue,
        guard: MarshalGuard,
    ) -> Attributed:
        """Return what a usable capture says of every internal that has a resolution.

        Raises:
            KprofError: it says nothing; the text says why.
        """


def attributor(instrument: str) -> Attributor:
    """Return the module of one of `INSTRUMENTS`."""
    return cast(Attributor, importlib.import_module(f"{instruments.__name__}.{instrument}"))


@dataclass(frozen=True)
class Outcome:
    """What the captures of one instrument say, and which of them say nothing, with the reason."""

    attributed: Attributed
    refused: tuple[tuple[Capture, str], ...]


def attribute(
    captures: Sequence[Capture],
    resolutions: Mapping[str, Resolution],
    catalogue: Catalogue,
    guard: MarshalGuard,
) -> Outcome:
    """Return what a variant's captures under one instrument say.

    Those of several processes are taken together where the instrument tells calls apart; of another
    instrument the first sound one counts. Without a sound one every share is unknown.
    """
    sound: dict[int, Attributed] = {}
    refused = []
    for capture in captures:
        try:
            if not capture.usable:
                raise Unusable(str(capture.reason))
            module = attributor(capture.instrument)
            sound[capture.process] = module.attribute(capture, resolutions, catalogue, guard)
        except KprofError as error:
            refused.append((capture, error.below(capture.folder)))
            continue
        if sound[capture.process].calls is None:
            break
    if not sound:
        reason = refused[0][1]
        return Outcome(Attributed({name: Share.none(reason) for name in resolutions}), tuple(refused))
    return Outcome(_together(sound), tuple(refused))


def _together(sound: Mapping[int, Attributed]) -> Attributed:
    calls = {process: one.calls for process, one in sound.items() if one.calls is not None}
    if not calls:
        return next(iter(sound.values()))
    notes = dict.fromkeys(note for one in sound.values() for note in one.notes)
    return replace(call_shares.together(calls), notes=tuple(notes))
