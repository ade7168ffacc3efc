"""Shares from a profile of cProfile: inclusive ones alone, since it keeps callers and not stacks."""

from __future__ import annotations

from collections.abc import Mapping

from ...catalogue.catalogue import Catalogue
from ...catalogue.presence import Resolution
from ...readers.pstats.marshal_guard import MarshalGuard
from ...runs.record import Capture
from ..profile import inclusive, sound_profile
from ..share import Attributed


def attribute(
    capture: Capture, resolutions: Mapping[str, Resolution], catalogue: Catalogue, guard: MarshalGuard
) -> Attributed:
    """Return the shares in a capture's profile.

    Raises:
        TraceFormatError: the file cannot be read or is no profile.
        Unusable: it is not that of the measured calls.
    """
    sound = sound_profile.load(capture, guard)
    return Attributed(inclusive.measure(sound.index, sound.window, resolutions))
