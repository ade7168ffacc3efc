"""The profile of a capture, once it is known to be that of the measured calls."""

from __future__ import annotations

from dataclasses import dataclass

from ...protocol import files
from ...protocol.errors import Unusable
from ...readers import pstats
from ...readers.pstats import Profile
from ...readers.pstats.marshal_guard import MarshalGuard
from ...runs.record import Capture
from .index import ProfileIndex, Window, unsound


@dataclass(frozen=True)
class SoundProfile:
    """A profile whose harness frame made as many calls, for as long, as were measured."""

    profile: Profile
    index: ProfileIndex
    window: Window


def load(capture: Capture, guard: MarshalGuard | None = None) -> SoundProfile:
    """Return the profile of a ``cprofile`` capture.

    Raises:
        TraceFormatError: the file cannot be read or is no profile.
        Unusable: it is not that of the measured calls.
    """
    path, window = capture.file(files.PROFILE_FILE), Window.of(capture.manifest)
    if path is None or window is None:
        raise Unusable("the capture holds no profile of the measured calls")
    profile = pstats.read(path, guard)
    index = ProfileIndex(profile)
    why = unsound(index, window)
    if why is not None:
        raise Unusable(why)
    return SoundProfile(profile, index, window)
