"""Shares, phases and compute from a trace of the TensorFlow profiler."""

from __future__ import annotations

from collections.abc import Mapping

from ...catalogue.catalogue import Catalogue
from ...catalogue.presence import Resolution
from ...readers import legacy
from ...readers.pstats.marshal_guard import MarshalGuard
from ...runs.record import Capture
from ..share import Attributed, Share
from ..trace import exact, sound_trace


def attribute(
    capture: Capture, resolutions: Mapping[str, Resolution], catalogue: Catalogue, guard: MarshalGuard
) -> Attributed:
    """Return what a capture's trace says.

    Raises:
        TraceFormatError: a file of the session cannot be read.
        Unusable: it is not the trace of the measured calls.
    """
    if capture.runtime_trace:
        return _of_the_runtime(capture, resolutions)
    sound = sound_trace.load(capture)
    phase_of = {internal.id: internal.phase for internal in catalogue.internals}
    found = exact.measure(sound.trace, sound.mark, resolutions, phase_of)
    return Attributed(found.shares, found.phases, found.compute.model)


def _of_the_runtime(capture: Capture, resolutions: Mapping[str, Resolution]) -> Attributed:
    """Return why there is no share: such a trace holds no Python calls and does not say whose kernels ran."""
    legacy.read_session(sound_trace.session(capture).folder)
    return Attributed(
        {
            name: Share.none("absent" if resolution.presence == "absent" else sound_trace.RUNTIME_ONLY)
            for name, resolution in resolutions.items()
        }
    )
