"""The profile of a capture, once it is known to be that of the measured calls."""

from __future__ import annotations

from dataclasses import dataclass

from ...protocol import files
from ...readers import pstats
from ...readers.pstats import Profile
from ...readers.pstats.marshal_guard import MarshalGuard
from ...runs.record import Capture
from . import cprofile
from .cprofile import ProfileIndex, Window


@dataclass(frozen=True)
class SoundProfile:
    """A profile whose harness frame made as many calls, for as long, as were measured."""

    profile: Profile
    index: ProfileIndex
    window: Window


def load(capture: Capture, guard: MarshalGuard | None = None) -> SoundProfile | str:
    """Return the profile of a ``cprofile`` capture, or why it can give no shares.

    Raises:
        TraceFormatError: the file cannot be read or is no profile.
    """
    path, window = capture.file(files.PROFILE_FILE), cprofile.window_of(capture.manifest)
    if path is None or window is None:
        return "the capture holds no profile of the measured calls"
    profile = pstats.read(path, guard)
    index = ProfileIndex(profile)
    return cprofile.unsound(index, window) or SoundProfile(profile, index, window)
