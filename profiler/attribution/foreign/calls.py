"""What a file says of one entry point's calls; the same whether a profile or a trace says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Interval = tuple[float, float]

FRAMES, STEPS, WHOLE = "frames", "steps", "whole line"
"""What calls are: frames of an entry point, the profiler's own steps, or all that a line of a trace holds."""


@dataclass(frozen=True)
class CallSite:
    """A function that calls an entry point; ``calls`` and ``seconds`` are None where unknown."""

    path: str
    line: int
    name: str
    calls: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Part:
    """One internal within an entry point's calls.

    Attributes:
        share: time with it on the stack over the calls' frames; None where ``reason`` says why.
        bounds: where the share is None, between which it lies, where that is known.
        interval: of the share, where calls or samples give one.
        calls: its entries from outside in the whole file.
        functions: those that the file names, as ``path:line name``.
        reason: why the share is None.
    """

    share: float | None
    bounds: Interval | None = None
    interval: Interval | None = None
    calls: int | None = None
    functions: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Calls:
    """One entry point's calls in a file.

    Attributes:
        entry_point: its name.
        path, line: where it is.
        calls: how often it was entered, recursion not counted.
        seconds: time with its frame on the stack.
        share: that time over the whole program's or the session's.
        interval: of the share, where it was sampled.
        call_sites: who calls it, those with the most time first.
        window_seconds: the time of the calls as the caller sees them, with what follows the frame.
        nested_calls: how often it was entered again within its own calls, as from a callback of predict.
        parts: internal's id -> what is known of it.
        phases: phase -> share of the calls' frames; empty where they are not known.
        compute: share of the calls' frames in which a kernel of the model ran.
        reason: why calls or shares are None.
    """

    entry_point: str
    path: str
    line: int | None
    calls: int | None
    seconds: float | None
    share: float | None
    interval: Interval | None = None
    call_sites: tuple[CallSite, ...] = ()
    window_seconds: float | None = None
    nested_calls: int | None = None
    parts: Mapping[str, Part] = field(default_factory=dict)
    phases: Mapping[str, float] = field(default_factory=dict)
    compute: float | None = None
    reason: str | None = None
