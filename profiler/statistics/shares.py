"""Intervals of shares, over processes where there are enough, else over the calls of one process."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ..protocol.errors import KprofError
from ..protocol.vocabulary import counted
from .intervals import CONFIDENCE, NO_SPREAD, NO_SPREAD_REASON, PROCESSES_NEEDED, Estimate, spread_of
from .samples import Floats

# Calls in a row resemble each other; stretches of them do so less.
STRETCHES = 10
CALLS_NEEDED = 6


class ShareError(KprofError, ValueError):
    """Times that are no part of the call that they should lie in."""


def share_over_calls(
    inside_ns: Mapping[int, npt.ArrayLike],
    window_ns: Mapping[int, npt.ArrayLike],
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return the share of all call windows that was spent inside an internal, with its interval.

    Args:
        inside_ns: process number -> time inside the internal during each call, in order, in ns.
        window_ns: process number -> each call's window, in ns.
        confidence: of the interval.

    The share r is the sum of ``inside_ns`` over the sum of ``window_ns``. Its interval is the ratio
    estimator's (Cochran 1977, "Sampling Techniques", section 6): t over units i of the residuals
    (x_i - r w_i) / mean(w). Units are processes from 3 on. With fewer, units are up to 10 stretches of
    calls in a row within each process (batch means: Law and Kelton 2000, "Simulation Modeling and
    Analysis", section 9.5), so that calls that resemble their neighbours do not count twice; the
    interval then says nothing of how processes differ, and ``reason`` says so.

    Raises:
        ShareError: calls that do not match, a window that is not above 0, or a time that is no part of
            its window.
    """
    pairs = [_checked(inside_ns.get(number, ()), window_ns[number], number) for number in window_ns]
    pairs = [(inside, window) for inside, window in pairs if len(window)]
    if not pairs:
        return Estimate(None, None, None, "no process measured it")
    share = sum(inside.sum() for inside, _ in pairs) / sum(window.sum() for _, window in pairs)
    if len(pairs) >= PROCESSES_NEEDED:
        return _around(float(share), _residuals(pairs, float(share)), confidence)
    stretches = [part for inside, window in pairs for part in _stretches(inside, window)]
    if len(stretches) < PROCESSES_NEEDED:
        calls = sum(len(window) for _, window in pairs)
        return Estimate(
            float(share), None, None, f"{counted(calls, 'call')}, an interval over calls needs {CALLS_NEEDED}"
        )
    found = _around(float(share), _residuals(stretches, float(share)), confidence)
    return Estimate(found.value, found.low, found.high, found.reason or _within_one(len(pairs)))


def _within_one(processes: int) -> str:
    few = "1 process" if processes == 1 else f"{processes} processes"
    return f"over the calls of {few}: others may differ by more"


def _checked(inside: npt.ArrayLike, window: npt.ArrayLike, process: int) -> tuple[Floats, Floats]:
    part, whole = np.asarray(inside, np.float64), np.asarray(window, np.float64)
    if part.shape != whole.shape:
        raise ShareError(f"{part.size} times for {whole.size} calls", f"process {process}")
    wrong = ~((whole > 0) & (part >= 0) & (part <= whole))
    if wrong.any():
        call = int(np.argmax(wrong))
        raise ShareError(
            f"{part[call]:g} ns within a call of {whole[call]:g} ns", f"process {process}, call {call}"
        )
    return part, whole


def _stretches(inside: Floats, window: Floats) -> list[tuple[Floats, Floats]]:
    """Return up to `STRETCHES` runs of at least two calls each."""
    count = min(STRETCHES, len(window) // 2)
    if not count:
        return []
    return list(zip(np.array_split(inside, count), np.array_split(window, count), strict=True))


def _residuals(units: list[tuple[Floats, Floats]], share: float) -> Floats:
    times = np.array([inside.sum() for inside, _ in units])
    windows = np.array([window.sum() for _, window in units])
    return np.asarray((times - share * windows) / windows.mean(), np.float64)


def _around(share: float, residuals: Floats, confidence: float) -> Estimate:
    if np.ptp(residuals) <= NO_SPREAD:
        return Estimate(share, None, None, NO_SPREAD_REASON)
    half = float(spread_of(residuals).half_width(confidence))
    return Estimate(share, max(0.0, share - half), min(1.0, share + half))
