"""What a profile of callers says of Keras's calls."""

from __future__ import annotations

from ...attribution.foreign import profile_calls
from ...attribution.foreign.calls import FRAMES
from ...catalogue.catalogue import Catalogue
from ...readers.pstats import Profile
from ...runs.foreign import Foreign
from .document import CALLS, CPU, SAMPLES, Told
from .entry_points import foreign_calls


def told(foreign: Foreign, profile: Profile, known: Catalogue) -> Told:
    """Return what the file says."""
    found = profile_calls.find(profile, known, foreign.spoiled)
    sampled = profile.samples is not None
    return Told(
        SAMPLES if sampled else _clock(profile),
        None if sampled else found.total,
        round(found.total) if sampled else None,
        found.family,
        tuple(foreign_calls(one, FRAMES, known) for one in found.calls),
    )


def _clock(profile: Profile) -> str:
    """Return what the times of a profile are: those of the module ``profile`` are CPU time."""
    rows = zip(
        profile.functions.coded("path").decode(), profile.functions.array("line").tolist(), strict=True
    )
    return CPU if ("profile", 0) in rows else CALLS
