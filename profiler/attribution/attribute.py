"""What one capture says of the internals: each instrument's way from raw files to shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..catalogue.catalogue import Catalogue
from ..catalogue.presence import Standing
from ..protocol.errors import KprofError
from ..readers.legacy import runtime_trace
from ..readers.pstats.marshal_guard import MarshalGuard
from ..runs.record import Capture
from ..statistics import ShareError, share_over_calls
from .instruments import cprofile, sound_profile
from .trace import exact, sound_trace


@dataclass(frozen=True)
class Share:
    """An internal's share of the call window and its entries a call; ``reason`` says why they are None."""

    share: float | None
    calls_per_call: float | None
    reason: str | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Attributed:
    """What a sound capture says: shares by internal, and phases and compute where the instrument has them."""

    shares: Mapping[str, Share]
    phases: Mapping[str, float] = field(default_factory=dict)
    compute: float | None = None


def attribute(
    capture: Capture, standings: Mapping[str, Standing], catalogue: Catalogue, guard: MarshalGuard
) -> Attributed | str:
    """Return what a capture says, or why it says nothing."""
    if not capture.usable:
        return str(capture.reason)
    try:
        return _READERS[capture.instrument](capture, standings, catalogue, guard)
    except KprofError as error:
        return error.below(capture.folder)


def _from_profile(
    capture: Capture, standings: Mapping[str, Standing], catalogue: Catalogue, guard: MarshalGuard
) -> Attributed | str:
    sound = sound_profile.load(capture, guard)
    if isinstance(sound, str):
        return sound
    found = cprofile.measure(sound.index, sound.window, standings)
    return Attributed({name: Share(m.share, m.calls_per_call, m.reason) for name, m in found.items()})


def _from_trace(
    capture: Capture, standings: Mapping[str, Standing], catalogue: Catalogue, guard: MarshalGuard
) -> Attributed | str:
    if capture.runtime_trace:
        return _from_runtime(capture, standings)
    sound = sound_trace.load(capture)
    if isinstance(sound, str):
        return sound
    found = exact.measure(sound.trace, sound.mark, standings, {i.id: i.phase for i in catalogue.internals})
    if isinstance(found, str):
        return found
    shares = {name: _exact_share(name, m, found.windows_ps) for name, m in found.internals.items()}
    return Attributed(shares, found.phases, found.compute.model)


def _from_runtime(capture: Capture, standings: Mapping[str, Standing]) -> Attributed | str:
    """Return no share, but why: such a trace holds no Python calls, nor whose kernels it shows."""
    steps, folder = sound_trace.step_facts(capture.manifest), capture.trace_folder()
    if steps is None or folder is None:
        return sound_trace.NO_TRACE
    runtime_trace.read_session(folder)
    return Attributed(
        {
            name: Share(None, None, "absent" if standing.presence == "absent" else sound_trace.RUNTIME_ONLY)
            for name, standing in standings.items()
        }
    )


def _exact_share(internal: str, measured: exact.ExactShare, windows_ps: exact.Ints) -> Share:
    """Return an internal's share of all windows together, with its interval over calls.

    Raises:
        ShareError: a call took no time, or less than the internal did within it.
    """
    if measured.per_call is None or measured.calls is None:
        return Share(None, None, measured.reason)
    windows_ns = windows_ps / 1000
    try:
        found = share_over_calls({0: measured.per_call * windows_ns}, {0: windows_ns})
    except ShareError as error:
        raise ShareError(f"the trace's times of {internal} are impossible: {error}") from error
    return Share(found.value, float(measured.calls.mean()), None, found.interval)


_READERS: Mapping[str, Callable[..., Attributed | str]] = {
    "cprofile": _from_profile,
    "tfprofiler": _from_trace,
}
INSTRUMENTS = tuple(_READERS)
