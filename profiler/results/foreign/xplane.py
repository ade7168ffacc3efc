"""What a trace with Python calls says of Keras's calls."""

from __future__ import annotations

from ...attribution.foreign import trace_calls
from ...attribution.foreign.calls import STEPS, WHOLE
from ...catalogue.catalogue import Catalogue
from ...readers.findings import Finding
from ...readers.xplane import Trace
from ...runs.foreign import Foreign
from .document import TRACE, Told
from .entry_points import foreign_calls
from .totals import totals


def told(foreign: Foreign, trace: Trace, known: Catalogue) -> Told:
    """Return what the file says."""
    found = trace_calls.find(trace, known, foreign.spoiled)
    windows = found.windows or WHOLE
    return Told(
        TRACE,
        found.seconds,
        None,
        found.family,
        tuple(foreign_calls(one, windows, known) for one in found.calls),
        totals(trace),
        tuple(_about_windows(found)),
    )


def _about_windows(found: trace_calls.TraceCalls) -> list[Finding]:
    """Return what there is to know of a trace whose calls are not marked by us."""
    said = []
    if found.windows == STEPS:
        said.append(
            Finding("no_predict", "names no entry point of Keras: the calls are the profiler's own steps")
        )
    if found.windows == WHOLE:
        text = "names neither an entry point of Keras nor steps: the whole line is taken as one call"
        said.append(Finding("no_calls", text))
    if found.threads > 1:
        text = f"calls on {found.threads} threads: those of the one with the most time are shown"
        said.append(Finding("several_threads", text))
    return said
