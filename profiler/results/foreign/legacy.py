"""What a trace of the runtime alone says: nothing of Keras's calls, and what ran."""

from __future__ import annotations

from ...attribution.foreign import trace_calls
from ...catalogue.catalogue import Catalogue
from ...catalogue.recognition import FamilyMatch
from ...readers.legacy import RuntimeTrace
from ...runs.foreign import Foreign
from .document import TRACE, Told
from .totals import totals


def told(foreign: Foreign, trace: RuntimeTrace, known: Catalogue) -> Told:
    """Return what the file says; the catalogue's functions are in no such trace."""
    ends = trace.events.array("start_ps") + trace.events.array("duration_ps")
    starts = trace.events.array("start_ps")
    seconds = (int(ends.max()) - int(starts.min())) / 1e12 if len(ends) else 0.0
    family = FamilyMatch(None, 0, 0, reason=trace_calls.NO_PYTHON)
    return Told(TRACE, seconds, None, family, totals=totals(trace))
