"""Exact shares, phases and compute from the tree of a TensorFlow profiler trace, call by call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...catalogue.presence import Resolution
from ..call_shares import measure as shares_of
from ..call_shares import together
from ..share import CallShares, Share
from . import compute
from .compute import Compute, Stated
from .marked_calls import MarkedLine, Marks, find_marks


@dataclass(frozen=True)
class Exact(CallShares):
    """What a trace says of its marked calls.

    Attributes:
        compute: shares of all windows together in which kernels ran.
    """

    compute: Compute

    @property
    def shares(self) -> Mapping[str, Share]:
        """Internal's id -> its share of all windows together.

        Raises:
            Unusable: a call took no time, or less than an internal did within it.
        """
        return together({0: self}).shares


def measure(
    trace: Stated, mark: str, resolutions: Mapping[str, Resolution], phase_of: Mapping[str, str]
) -> Exact:
    """Return the exact shares of a sound trace.

    Args:
        trace: the capture's trace.
        mark: the name of the event around each measured call.
        resolutions: the internals' presence and places in this release.
        phase_of: internal's id -> phase.

    Raises:
        Unusable: the trace has no marked calls, or its times are impossible.
    """
    return measure_within(trace, find_marks(trace, mark), resolutions, phase_of)


def measure_within(
    trace: Stated, marks: Marks, resolutions: Mapping[str, Resolution], phase_of: Mapping[str, str]
) -> Exact:
    """Return the exact shares within some calls of a trace, as `measure` does."""
    found = shares_of(MarkedLine(trace, marks), resolutions, phase_of)
    return Exact(**vars(found), compute=compute.measure(trace, marks))
