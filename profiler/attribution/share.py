"""What a capture says of the internals: shares, phases and compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
class Attributed:
    """What a sound capture says: shares by internal, and phases and compute where the instrument has them.

    The phases that are given sum to 1; one that is not known is left out.
    """

    shares: Mapping[str, Share]
    phases: Mapping[str, float] = field(default_factory=dict)
    compute: float | None = None
