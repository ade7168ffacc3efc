"""Resolves internals to functions: which of them a release has and which ran, by the inspected call."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..protocol.inspection import InspectedFunction, Inspection
from ..protocol.vocabulary import Variant
from ..runs.record import RunRecord
from .catalogue import TEARDOWN, Catalogue, Family


@dataclass(frozen=True)
class Place:
    """A function of this release: file below site-packages, first line, qualified name."""

    path: str
    line: int
    qualified_name: str

    @property
    def name(self) -> str:
        """The function's own name, as profiles have it."""
        return self.qualified_name.rpartition(".")[2]

    @property
    def event_name(self) -> str:
        """The name that the TensorFlow profiler gives its events."""
        return f"${PurePosixPath(self.path).name}:{self.line} {self.name}"

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.qualified_name}"


ELSEWHERE = "it ran on another thread than the one that calls predict"
MOST_NAMED = 3
NO_INSPECTION = "no inspected call tells which functions this release has"
NO_FAMILY = "the catalogue does not know this release or backend"


@dataclass(frozen=True)
class Resolution:
    """Which of an internal's functions this release has, and which of them ran in one variant.

    Attributes:
        presence: present, not called, absent or unknown.
        places: the functions that it has; where the family names none, those of other families.
        measured: those of its own family, whose times are the internal's time.
        within: the internals that were on the stack whenever it was entered; None where that is not known.
        unknown: why its presence is unknown; None where it is known.
        elsewhere: whether another thread alone makes it unknown: on the calling thread it took no time.
        entered: how often the inspected call entered its functions, recursive entries and all; None: unknown.
        outside: how often it did so from outside the internal; None: unknown.
    """

    presence: str
    places: tuple[Place, ...] = ()
    measured: tuple[Place, ...] = ()
    within: tuple[str, ...] | None = None
    unknown: str | None = None
    elsewhere: bool = False
    entered: int | None = None
    outside: int | None = None

    @property
    def unmeasured(self) -> str | None:
        """Why no instrument can have measured it; None where one can."""
        return None if self.presence == "present" else self.unknown or self.presence


def resolutions(
    catalogue: Catalogue, family: Family | None, inspection: Inspection | None
) -> dict[str, Resolution]:
    """Return every internal's resolution, in the catalogue's order.

    ``present``: the inspected call entered one of its functions; ``not called``: the release has one, but the
    call did not enter it; ``absent``: it has none of any family of its backend; ``unknown``: there is no
    inspected call, no family, so that functions which the catalogue does not know may play the part, a file
    that cannot be parsed, or another thread that called it or may have. The teardown has no function: it is
    present wherever predict was entered.
    """
    if inspection is None or family is None:
        why = NO_INSPECTION if inspection is None else NO_FAMILY
        return {internal.id: Resolution("unknown", unknown=why) for internal in catalogue.internals}
    functions = inspection.functions
    found: dict[str, Resolution] = {}
    own_keys: dict[str, list[str]] = {}
    for internal in catalogue.internals:
        keys = dict.fromkeys(
            key
            for each in catalogue.families
            if each.backend == family.backend
            for key in each.functions.get(internal.id, ())
        )
        existing = [key for key in keys if key in functions and functions[key].exists]
        own = [key for key in family.functions.get(internal.id, ()) if key in existing]
        own_keys[internal.id] = own
        errors, elsewhere = _errors(functions, keys), _elsewhere(inspection, existing)
        unsure = errors or elsewhere
        presence = _presence(functions, existing, unsure)
        found[internal.id] = Resolution(
            presence,
            _places(functions, own or existing),
            _places(functions, own),
            unknown=unsure if presence == "unknown" else None,
            elsewhere=presence == "unknown" and errors is None,
            entered=sum(functions[key].entered for key in own),
            outside=_outside([functions[key] for key in own]),
        )
    for name in own_keys:
        found[name] = dataclasses.replace(found[name], within=_within(functions, name, own_keys))
    predict = found["predict"]
    found[TEARDOWN] = Resolution(predict.presence, unknown=predict.unknown)
    return found


def _presence(functions: Mapping[str, InspectedFunction], existing: list[str], unsure: str | None) -> str:
    if any(functions[key].entered for key in existing):
        return "present"
    if unsure is not None:
        return "unknown"
    return "not called" if existing else "absent"


def _errors(functions: Mapping[str, InspectedFunction], keys: Iterable[str]) -> str | None:
    """Return why functions could not be looked for; None where all could."""
    told = (functions[key].error for key in keys if key in functions)
    return "; ".join(dict.fromkeys(error for error in told if error)) or None


def _elsewhere(inspection: Inspection, existing: list[str]) -> str | None:
    """Return why functions that the calling thread did not enter may have run all the same; None if not."""
    if any(inspection.functions[key].on_other_threads for key in existing):
        return ELSEWHERE
    if existing and inspection.unseen_threads:
        names = ", ".join(sorted({*inspection.unseen_threads})[:MOST_NAMED])
        return f"another thread may have called it, which Python watches from 3.12 on: {names}"
    return None


def _outside(own: list[InspectedFunction]) -> int | None:
    """Return an internal's entries from outside; None where several functions may have entered each other."""
    entered = [function for function in own if function.entered]
    if len(entered) > 1:
        return None
    return entered[0].outside if entered else 0


def _within(
    functions: Mapping[str, InspectedFunction], internal: str, own: Mapping[str, list[str]]
) -> tuple[str, ...] | None:
    """Return the internals that had a function on the stack whenever one of this internal's was entered."""
    entered = [functions[key] for key in own[internal] if functions[key].entered]
    stacks = [function.within for function in entered if function.within is not None]
    if not stacks or len(stacks) < len(entered):
        return None
    return tuple(
        name
        for name, keys in own.items()
        if name != internal and all(set(keys) & set(stack) for stack in stacks)
    )


def _places(functions: Mapping[str, InspectedFunction], keys: list[str]) -> tuple[Place, ...]:
    return tuple(
        Place(functions[key].path, line, functions[key].qualified_name)
        for key in keys
        for line in functions[key].lines
    )


def of_variant(catalogue: Catalogue, run: RunRecord, slug: str, variant: Variant) -> dict[str, Resolution]:
    """Return every internal's resolution in a variant of a run, by its first inspected call."""
    family = catalogue.family(run.manifest.environments[slug])
    return resolutions(catalogue, family, inspection_of(run, slug, variant))


def inspection_of(run: RunRecord, slug: str, variant: Variant) -> Inspection | None:
    """Return the first inspected call of a variant, or None where there is none."""
    for capture in run.of(slug, variant):
        found = capture.inspection() if capture.usable else None
        if found is not None:
            return found
    return None
