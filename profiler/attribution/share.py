"""What a capture says of the internals: shares, phases and compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """One internal under one instrument.

    Attributes:
        share: time with it on the stack, over the call window; None where ``reason`` says why.
        calls_per_call: entries from outside the internal (recursive ones not counted), a call.
        reason: why the share is None.
        interval: of the share.
        entries_per_call: all entries a call, recursive ones and those from its own functions too.
    """

    share: float | None
    calls_per_call: float | None
    reason: str | None = None
    interval: tuple[float, float] | None = None
    entries_per_call: float | None = None

    @staticmethod
    def none(reason: str) -> Share:
        """Return the share that is not known, with the reason."""
        return Share(None, None, reason)


@dataclass(frozen=True)
class PerCall:
    """One internal, call by call: its share of each window, its entries from outside, and all its entries."""

    shares: Floats
    calls: Ints
    entries: Ints


@dataclass(frozen=True)
class CallShares:
    """What one capture says of its calls.

    Attributes:
        internals: every internal's id, in the catalogue's order.
        windows_ns: each call's window, in ns.
        per_call: internal's id -> its values in each call, where they are known.
        unknown: internal's id -> the share that is not known, with its reason, of the others.
        phases: phase -> share of all windows together; they sum to 1. Where no single predict frame says when
            the teardown begins, it is not known and left out, and its time is part of ``other``. Empty where
            presence is unknown.
    """

    internals: tuple[str, ...]
    windows_ns: Floats
    per_call: Mapping[str, PerCall]
    unknown: Mapping[str, Share]
    phases: Mapping[str, float]


@dataclass(frozen=True)
class Attributed:
    """What a sound capture says: shares by internal, and phases and compute where the instrument has them.

    The phases that are given sum to 1; one that is not known is left out. ``notes`` are what to know beside
    the shares. ``calls`` is what one capture says call by call, for instruments that can: captures of several
    processes are then taken together.
    """

    shares: Mapping[str, Share]
    phases: Mapping[str, float] = field(default_factory=dict)
    compute: float | None = None
    notes: tuple[str, ...] = ()
    calls: CallShares | None = None
