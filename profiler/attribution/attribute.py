"""What one capture says of the internals: each instrument's way from raw files to shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..protocol import files
from ..protocol.errors import KprofError
from ..readers import pstats, runtime_trace, xplane
from ..readers.marshal_guard import MarshalGuard
from ..readers.run_directory import Capture
from ..statistics import share_over_calls
from . import exact, inclusive
from .catalogue import Catalogue
from .presence import Standing
from .python_events import check_python_events

RUNTIME_ONLY = "the TensorFlow profiler of this release records no Python calls"


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
        return str(error).replace(f"{capture.folder}/", "")


def _from_profile(
    capture: Capture, standings: Mapping[str, Standing], catalogue: Catalogue, guard: MarshalGuard
) -> Attributed | str:
    path, window = capture.file(files.PROFILE_FILE), inclusive.window_of(capture.manifest)
    if path is None or window is None:
        return "the capture holds no profile of the measured calls"
    index = inclusive.ProfileIndex(pstats.read(path, guard))
    unsound = inclusive.unsound(index, window)
    if unsound:
        return unsound
    found = inclusive.measure(index, window, standings)
    return Attributed({name: Share(m.share, m.calls_per_call, m.reason) for name, m in found.items()})


def _from_trace(
    capture: Capture, standings: Mapping[str, Standing], catalogue: Catalogue, guard: MarshalGuard
) -> Attributed | str:
    steps = exact.step_facts(capture.manifest)
    folder = capture.trace_folder()
    if steps is None or folder is None:
        return "the capture holds no trace of the measured calls"
    mark, calls = steps
    if capture.runtime_trace:
        return _from_runtime(runtime_trace.read_session(folder), mark, standings)
    trace = xplane.read_session(folder)
    entry = "predict" if capture.variant.entry_point == "predict" else None
    unsound = check_python_events(trace.lines, trace.events, calls, entry, mark)
    if unsound:
        return unsound
    found = exact.measure(trace, mark, standings, {i.id: i.phase for i in catalogue.internals})
    if isinstance(found, str):
        return found
    shares = {name: _exact_share(m, found.windows_ps) for name, m in found.internals.items()}
    return Attributed(shares, found.phases, found.compute)


def _from_runtime(
    trace: runtime_trace.RuntimeTrace, mark: str, standings: Mapping[str, Standing]
) -> Attributed:
    """Return compute alone, where kernels can be told from the rest: such a trace holds no Python calls."""
    compute = exact.compute_alone(trace, mark) if trace.names_nodes else None
    shares = {
        name: Share(None, None, standing.presence if standing.presence == "absent" else RUNTIME_ONLY)
        for name, standing in standings.items()
    }
    return Attributed(shares, compute=None if isinstance(compute, str) else compute)


def _exact_share(measured: exact.ExactShare, windows_ps: exact.Ints) -> Share:
    """Return the share of all windows together, with its interval over calls."""
    if measured.per_call is None or measured.calls is None:
        return Share(None, None, measured.reason)
    found = share_over_calls({0: measured.per_call * windows_ps}, {0: windows_ps})
    return Share(found.value, float(measured.calls.mean()), None, found.interval)


_READERS: Mapping[str, Callable[..., Attributed | str]] = {
    "cprofile": _from_profile,
    "tfprofiler": _from_trace,
}
INSTRUMENTS = tuple(_READERS)
