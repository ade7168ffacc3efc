"""One entry point's calls with every internal of the catalogue, those that the file does not name too."""

from __future__ import annotations

from ...attribution.foreign import profile_calls
from ...attribution.foreign.calls import Calls, Part
from ...catalogue.catalogue import TEARDOWN, Catalogue
from .document import ForeignCalls, ForeignInternal


def foreign_calls(calls: Calls, windows: str, known: Catalogue) -> ForeignCalls:
    """Return an entry point's calls as they are reported.

    Args:
        calls: what the file says of them.
        windows: what they are: frames, steps or the whole line.
        known: the catalogue, of whose internals each is listed.
    """
    return ForeignCalls(
        calls.entry_point,
        windows,
        calls.path,
        calls.line,
        calls.calls,
        calls.seconds,
        calls.share,
        calls.interval,
        calls.window_seconds,
        calls.nested_calls,
        calls.call_sites,
        _internals(calls, known),
        calls.phases,
        calls.compute,
        calls.reason,
    )


def _internals(calls: Calls, known: Catalogue) -> tuple[ForeignInternal, ...]:
    """Return every internal but the entry point's own frame and what follows it."""
    found = []
    for internal in known.internals:
        if internal.id in (profile_calls.PREDICT, TEARDOWN):
            continue
        part = calls.parts.get(internal.id) or Part(None, reason=profile_calls.UNNAMED)
        there = (part.share or 0) > 0 or (part.bounds is not None and part.bounds[0] > 0)
        found.append(
            ForeignInternal(
                internal.id,
                internal.phase,
                "present" if there else "unknown",
                part.functions,
                part.share if there else None,
                part.bounds,
                part.interval if there else None,
                part.calls,
                part.reason or (None if there else "no time of it is known to lie within these calls"),
            )
        )
    return tuple(found)
