"""What someone else's file says in a few sentences: who calls predict, how often, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator

from ...attribution.foreign.calls import FRAMES, STEPS
from ...protocol.vocabulary import counted
from ...results.foreign.document import CPU, SAMPLES, ForeignCalls, ForeignFile, ForeignInternal
from .. import numbers
from .wording import DOING, MOST_NAMED, NOTABLE_SHARE

MOST_SITES = 3
# what follows the frame is worth a word from this part of it on
NOTABLE_REST = 0.01


def headline(file: ForeignFile) -> tuple[str, ...]:
    """Return a paragraph on the first entry point, and a line on each other one that counts."""
    if not file.calls:
        return (f"{_nothing(file)}",)
    return (" ".join(_sentences(file, file.calls[0])),)


def _nothing(file: ForeignFile) -> str:
    if file.spoiled is not None:
        return f"What Keras does here is unknown: {_first_part(file.spoiled)}."
    if file.format == "pstats":
        return (
            "The file names no entry point of Keras: it was not called, or not from Python that was profiled."
        )
    return "The file holds no calls of Keras; below is what ran, by name."


def _first_part(reason: str) -> str:
    """Return what a reason says before its particulars, which the list of what is wrong gives."""
    return numbers.plain(reason.partition(":")[0])


def _sentences(file: ForeignFile, one: ForeignCalls) -> Iterator[str]:
    if one.reason is not None and one.share is None:
        why = _first_part(one.reason)
        yield f"{_caller(one)}{one.entry_point}; how often and for how long is unknown: {why}."
        return
    yield _cost(file, one)
    parts = [part for part in one.internals if part.internal in DOING and _least(part)]
    notable = sorted(
        (part for part in parts if _least(part) >= NOTABLE_SHARE),
        key=lambda part: (_least(part), DOING[part.internal]),
        reverse=True,
    )[:MOST_NAMED]
    if notable:
        overlap = "; parts may overlap" if len(notable) > 1 else ""
        at_least = "" if all(part.share is not None for part in notable) else " at least"
        listed = ", ".join(f"{_least(part) * 100:.0f} % {DOING[part.internal]}" for part in notable)
        yield f"Of that{at_least}: {listed}{overlap}."
    elif one.compute is not None and not parts:
        ran = numbers.share(one.compute)
        yield f"Kernels of the model ran in {ran} of it; where the rest goes is unknown."
    elif not parts:
        yield "Where it goes is unknown."


def _least(part: ForeignInternal) -> float:
    """Return the share of an internal, or the least that it can be: 0 where nothing is known of it."""
    if part.share is not None:
        return part.share
    return part.bounds[0] if part.bounds is not None else 0.0


def _caller(one: ForeignCalls) -> str:
    sites = [f"{site.path}:{site.line} {site.name}" for site in one.call_sites[:MOST_SITES]]
    if not sites:
        return "Something calls "
    more = len(one.call_sites) - len(sites)
    listed = ", ".join(sites) + (f" and {more} more" if more > 0 else "")
    if len(one.call_sites) == 1:
        return f"{listed} calls "
    known = all(site.calls is not None for site in one.call_sites)
    return f"{listed} call " if known else f"One or more of {listed} call "


def _cost(file: ForeignFile, one: ForeignCalls) -> str:
    of = "session" if file.format != "pstats" else "program"
    share = numbers.share(one.share)
    if one.windows == STEPS:
        take = "takes" if one.calls == 1 else "take"
        steps = counted(one.calls or 0, "step")
        return f"{steps} called {one.entry_point} {take} {_took(one)}, {share} of the {of}."
    if one.windows != FRAMES:
        return f"No call of Keras is named; line {one.entry_point} lasts {_took(one)}."
    if file.measure == SAMPLES:
        low, high = one.interval or (None, None)
        of_samples = "" if low is None or high is None else f" ({low * 100:.0f}..{high * 100:.0f} %)"
        found = f"{_caller(one)}{one.entry_point}: it is in {share}{of_samples} of the samples"
        return f"{found}; how often is unknown."
    often = "an unknown number of" if one.calls is None else str(one.calls)
    times = "once" if one.calls == 1 else f"{often} times"
    if one.nested_calls:
        times += f" (and {one.nested_calls} more within these)"
    start = f"{_caller(one)}{one.entry_point} {times}" if one.call_sites else f"{one.entry_point} ran {times}"
    clock = " of CPU time" if file.measure == CPU else ""
    return f"{start}: {_took(one)}{clock}, {share} of the {of}{_rest(file, one)}."


def _took(one: ForeignCalls) -> str:
    return "an unknown time" if one.seconds is None else numbers.duration(one.seconds * 1e3)


def _rest(file: ForeignFile, one: ForeignCalls) -> str:
    """Say what the caller waits for beside the frame itself: what predict built is destroyed after it."""
    if one.window_seconds is None or not one.seconds or not file.seconds or one.window_seconds > file.seconds:
        return ""
    after = one.window_seconds - one.seconds
    if after < NOTABLE_REST * one.seconds:
        return ""
    share = numbers.share(one.window_seconds / file.seconds)
    freed = numbers.duration(after * 1e3)
    return f" ({share} with the {freed} after its frame, in which what it built is freed)"
