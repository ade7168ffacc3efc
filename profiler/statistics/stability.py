"""Checks one variant's calls for what makes their median or its interval doubtful, and says what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from .intervals import NO_SPREAD, spread_of
from .percentiles import missing
from .samples import Blocks, Floats

PERCENTILES = (0.95, 0.99)
# A change smaller than this is not worth a warning, however sure.
WORTH_SAYING = 0.10
LOG_WORTH_SAYING = float(np.log1p(WORTH_SAYING))

DRIFT_ERROR = 0.001
CALLS_FOR_DRIFT = 10
STRETCHES_FOR_DRIFT = 100

CALLS_FOR_MODES = 40
SMALLEST_MODE = 0.10
EVEN_MODES = 0.40
EMPTIEST_VALLEY = 0.05

PROCESSES_FOR_OUTLIER = 4
OUTLIER_ERROR = 0.02

SLOW_CALL = 1.25
SLOW_CALL_DEVIATIONS = 6.0
# A normal distribution's standard deviation over its median absolute deviation.
DEVIATION_OF_MAD = 1.4826
GAPS_FOR_PERIOD = 8
STEADIEST_GAPS = 0.35

CALLS_FOR_WARM_UP = 10
WARM_UP_PART = 0.1
WARM_UP_CONFIDENCE = 0.99

ABSURD_FACTOR = 100
ABSURD_S = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing to know about a variant's calls: a kind, and one line on what was seen and what to do."""

    kind: str
    text: str


def findings(blocks: Blocks, percentiles: Sequence[float] = PERCENTILES) -> tuple[Finding, ...]:
    """Return what is doubtful about these calls, each kind of doubt at most once.

    Kinds: ``drift``, ``two modes``, ``outlying process``, ``periodic steps``, ``warm-up``,
    ``clock step``, ``no spread``, ``too few calls`` (for one of ``percentiles``). On calls that are
    independent and alike within each process all but the last two come in at most 2 % of measurements.
    """
    if not len(blocks):
        return ()
    logs = [np.log(blocks.calls(number)) for number in blocks.processes]
    found = [
        Finding(kind, text)
        for kind, check in _CHECKS.items()
        if (text := check(logs, list(blocks.processes))) is not None
    ]
    short = [reason for q in percentiles if (reason := missing(blocks, q)) is not None]
    if short:
        found.append(Finding("too few calls", f"{'; '.join(short)}: raise --budget or --calls"))
    return tuple(found)


def _drift(logs: list[Floats], numbers: list[int]) -> str | None:
    """The test of Mann (1945) and the slope of Sen (1968), after the first fifth of each process."""
    worst: tuple[float, int] | None = None
    for values, number in zip(logs, numbers, strict=True):
        settled = _thinned(values[len(values) // 5 :])
        n = len(settled)
        if n < CALLS_FOR_DRIFT:
            continue
        earlier, later = np.triu_indices(n, 1)
        rises = settled[later] - settled[earlier]
        score = np.sign(rises).sum() / np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
        change = float(np.median(rises / (later - earlier))) * n
        sure = 2 * special.ndtr(-abs(score)) < DRIFT_ERROR / len(logs)
        if sure and abs(change) >= LOG_WORTH_SAYING and (worst is None or abs(change) > abs(worst[0])):
            worst = change, number
    if worst is None:
        return None
    return (
        f"calls drift, by {_percent(worst[0])} within process {worst[1]}: their median describes no single "
        "moment; stop other programs, fix the clock speed, compare only variants of the same run"
    )


def _thinned(values: Floats) -> Floats:
    """Return at most `STRETCHES_FOR_DRIFT` medians of calls in a row: what follows takes all pairs."""
    if len(values) <= STRETCHES_FOR_DRIFT:
        return values
    return np.array([np.median(part) for part in np.array_split(values, STRETCHES_FOR_DRIFT)])


def _two_modes(logs: list[Floats], _numbers: list[int]) -> str | None:
    """Split where the variance between both parts is greatest (Otsu 1979); real modes leave a valley."""
    values = np.sort(np.concatenate([own - np.median(own) for own in logs]))
    n = len(values)
    if n < CALLS_FOR_MODES or np.ptp(values) <= NO_SPREAD:
        return None
    left = np.arange(1, n)
    sums = np.cumsum(values)
    gap = sums[:-1] / left - (sums[-1] - sums[:-1]) / (n - left)
    split = int(left[np.argmax(left * (n - left) * gap**2)])
    fast, slow = float(np.median(values[:split])), float(np.median(values[split:]))
    third = (slow - fast) / 3
    valley = np.mean((values > fast + third) & (values < slow - third))
    smaller = min(split, n - split) / n
    if slow - fast < LOG_WORTH_SAYING or smaller < SMALLEST_MODE or valley >= EMPTIEST_VALLEY:
        return None
    doubt = ", so the median may be either" if smaller > EVEN_MODES else ""
    return (
        f"calls come in two modes: {(n - split) / n:.0%} of them take {np.exp(slow - fast):.2f} times the "
        f"others{doubt}; pin the process to cores (--pin) and look at the trace"
    )


def _outlying_process(logs: list[Floats], numbers: list[int]) -> str | None:
    """Each process against the others by an externally studentised residual (the test of Grubbs 1950)."""
    medians = np.array([np.median(own) for own in logs])
    n = len(medians)
    if n < PROCESSES_FOR_OUTLIER:
        return None
    limit = float(special.stdtrit(n - 2, 1 - OUTLIER_ERROR / (2 * n)))
    for i in np.argsort(-np.abs(medians - np.median(medians))):
        others = np.delete(medians, i)
        away = float(medians[i] - others.mean())
        if abs(away) >= LOG_WORTH_SAYING and abs(away) > limit * others.std(ddof=1) * np.sqrt(n / (n - 1)):
            return (
                f"process {numbers[i]} differs from all others by {_percent(away)}: "
                "something ran beside it; measure again, or with more --processes"
            )
    return None


def _periodic_steps(logs: list[Floats], _numbers: list[int]) -> str | None:
    """Slow calls at even distances: their gaps vary little, where slow calls by chance vary as their mean."""
    gaps, excess = [], []
    for values in logs:
        middle = np.median(values)
        deviation = DEVIATION_OF_MAD * np.median(np.abs(values - middle))
        slow = np.flatnonzero(values > middle + max(np.log(SLOW_CALL), SLOW_CALL_DEVIATIONS * deviation))
        gaps.append(np.diff(slow))
        excess.append(values[slow] - middle)
    between = np.concatenate(gaps)
    if len(between) < GAPS_FOR_PERIOD or between.mean() < 2:
        return None
    if between.std() > STEADIEST_GAPS * between.mean():
        return None
    longer = np.exp(np.median(np.concatenate(excess)))
    return (
        f"every {np.median(between):.0f} calls one takes {longer:.1f} times the median, as garbage "
        "collection does: percentiles show it, the median does not"
    )


def _warm_up(logs: list[Floats], _numbers: list[int]) -> str | None:
    """The first tenth of each process against its second half, by a t interval over processes."""
    slower = np.array(
        [
            np.median(own[: max(1, round(WARM_UP_PART * len(own)))]) - np.median(own[len(own) // 2 :])
            for own in logs
            if len(own) >= CALLS_FOR_WARM_UP
        ]
    )
    if len(slower) < 3 or slower.mean() < LOG_WORTH_SAYING:
        return None
    low, _ = spread_of(slower).bounds(WARM_UP_CONFIDENCE)
    if low <= 0:
        return None
    return (
        f"the first calls of each process are {_percent(float(slower.mean()))} slower than later ones: the "
        "warm-up had not ended; measure longer (--budget or --calls)"
    )


def _clock_step(logs: list[Floats], numbers: list[int]) -> str | None:
    """A call of an absurd length, against its process's median."""
    for values, number in zip(logs, numbers, strict=True):
        longest, middle = float(values.max()), float(np.median(values))
        if np.exp(longest) > ABSURD_S * 1e9 and longest - middle > np.log(ABSURD_FACTOR):
            return (
                f"call {int(np.argmax(values))} of process {number} took {np.exp(longest) / 1e9:.0f} s, "
                f"{np.exp(longest - middle):.0f} times the median: the clock stepped or the machine slept; "
                "the median stands, measure again for percentiles"
            )
    return None


def _no_spread(logs: list[Floats], _numbers: list[int]) -> str | None:
    """More than one call, and all the same to the nanosecond."""
    values = np.concatenate(logs)
    if len(values) < 2 or np.ptp(values) > NO_SPREAD:
        return None
    return f"all {len(values)} calls took the same time: a coarse clock or copied data, so no interval"


def _percent(log_change: float) -> str:
    return f"{np.expm1(log_change):+.0%}"


_CHECKS: dict[str, Callable[[list[Floats], list[int]], str | None]] = {
    "drift": _drift,
    "two modes": _two_modes,
    "outlying process": _outlying_process,
    "periodic steps": _periodic_steps,
    "warm-up": _warm_up,
    "clock step": _clock_step,
    "no spread": _no_spread,
}
