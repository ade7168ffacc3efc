"""The exact stacks of a trace that someone else made, within the calls that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...catalogue import recognition
from ...catalogue.catalogue import Catalogue
from ...catalogue.presence import Resolution
from ...protocol.errors import Unusable
from ...readers.code_places import CodePlaces
from ...readers.xplane import Trace
from ...readers.xplane.quality import cut_rows, damage
from .. import stacks
from ..stacks import Stacks
from ..validated import Subject
from . import trace_calls, trace_windows
from .profile_calls import PREDICT
from .trace_windows import Windows

INSTRUMENT = "tfprofiler"


@dataclass(frozen=True)
class ForeignStacks:
    """The stacks within the calls, what their names mean, and the internals' functions among them."""

    subject: Subject
    stacks: Stacks
    places: CodePlaces
    resolutions: Mapping[str, Resolution]


def load(trace: Trace, catalogue: Catalogue, name: str) -> ForeignStacks:
    """Return the stacks of a trace: in its predict frames, else in another entry point's, steps or a line.

    Args:
        trace: the trace.
        catalogue: today's.
        name: what the file is called.

    Raises:
        Unusable: it is empty or damaged, or its frames cannot be what ran.
        TraceFormatError: its stacks are deeper than calls can go.
    """
    chosen = sound_windows(trace, name)
    match = trace_calls.family_of(trace, catalogue)
    family = catalogue.named(match.family)
    found = {} if family is None else recognition.roles(family)
    places = trace_calls.places(trace, chosen.marks, found)
    title = f"{chosen.name} ({chosen.kind}) in {name} under {INSTRUMENT}"
    return ForeignStacks(
        Subject(title, None, None, INSTRUMENT),
        stacks.merge_within(trace, chosen.marks),
        CodePlaces({}, {}),
        {internal: Resolution("present", known, known) for internal, (known, _) in places.items() if known},
    )


def sound_windows(trace: Trace, name: str) -> Windows:
    """Return the calls of a trace: its predict frames, else another entry point's, steps or a line.

    Raises:
        Unusable: it is empty or damaged, or its frames cannot be what ran.
    """
    windows = trace_windows.find(trace, cut_rows(trace))
    if not windows:
        raise Unusable("holds no events", name)
    chosen = max(windows, key=lambda one: (one.name == PREDICT, one.seconds))
    why = damage(trace) or trace_calls.misplaced(trace, chosen)
    if why is not None:
        raise Unusable(why, name)
    return chosen
