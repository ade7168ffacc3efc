"""The exact stacks of a run's variant, with what their names mean."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from ..protocol import files
from ..readers.code_places import CodePlaces
from ..runs import selection
from ..runs.record import Capture, RunRecord
from . import stacks
from .stacks import Stacks
from .trace import sound_trace

INSTRUMENT = "tfprofiler"


@dataclass(frozen=True)
class Subject:
    """What stacks were taken from: a title, and for those of a run the environment and variant."""

    title: str
    environment: str | None
    variant: str | None
    instrument: str


@dataclass(frozen=True)
class SoundStacks:
    """The stacks of a capture whose trace is sound, and the places of their code.

    ``skipped`` says what came before it but cannot be shown.
    """

    capture: Capture
    stacks: Stacks
    places: CodePlaces
    skipped: str | None = None

    @property
    def subject(self) -> Subject:
        """The variant that the stacks are of."""
        environment, variant, instrument = (
            self.capture.environment,
            self.capture.variant.id,
            self.capture.instrument,
        )
        title = f"{variant} on {environment} under {instrument}"
        return Subject(title, environment, variant, instrument)


def load(run: RunRecord, variant: str | None) -> SoundStacks:
    """Return the stacks of a variant.

    Args:
        run: the run.
        variant: ``ID`` or ``ENV:ID``; None for the first that has a sound trace, tiny's compiled predict
            before others.

    Raises:
        UsageError: no such variant, or several environments have it.
        RunError: no sound trace of it.
    """
    chosen = selection.first(run, variant, {INSTRUMENT: of_capture})
    return dataclasses.replace(chosen.found, skipped=chosen.skipped)


def of_capture(capture: Capture) -> SoundStacks:
    """Return the stacks of a ``tfprofiler`` capture.

    Raises:
        KprofError: it has none; the text says why.
    """
    sound = sound_trace.load(capture)
    merged = stacks.merge(sound.trace, sound.mark)
    return SoundStacks(capture, merged, CodePlaces.read(capture.file(files.CODE_FILE)))
