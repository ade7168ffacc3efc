"""Which internals this release has, which ran, and where: from the catalogue and the inspected call."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..protocol.spec import InspectedFunction, Inspection
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


@dataclass(frozen=True)
class Standing:
    """An internal in one variant: its presence and the functions that play it in this release.

    ``measured`` are the functions whose times are its time; ``places`` those, or where the family names none,
    what this release has of other families' functions. ``within`` names the internals that were on the stack
    whenever it was entered; None where that is not known.
    """

    presence: str
    places: tuple[Place, ...]
    measured: tuple[Place, ...]
    within: tuple[str, ...] | None = None


def standings(
    catalogue: Catalogue, family: Family | None, inspection: Inspection | None
) -> dict[str, Standing]:
    """Return every internal's standing, in the catalogue's order.

    ``present``: the inspected call entered one of its functions; ``not called``: the release has one, but the
    call did not enter it; ``absent``: it has none of any family's; ``unknown``: there is no
    inspected call. The teardown has no function: it is present wherever predict was entered.
    """
    found: dict[str, Standing] = {}
    own_keys: dict[str, list[str]] = {}
    for internal in catalogue.internals:
        if inspection is None:
            found[internal.id] = Standing("unknown", (), ())
            continue
        functions = inspection.functions
        keys = dict.fromkeys(
            key for each in catalogue.families for key in each.functions.get(internal.id, ())
        )
        existing = [key for key in keys if key in functions and functions[key].exists]
        own = [key for key in (family.functions.get(internal.id, ()) if family else ()) if key in existing]
        own_keys[internal.id] = own
        found[internal.id] = Standing(
            _presence(functions, existing),
            _places(functions, own or existing),
            _places(functions, own),
        )
    if inspection is not None:
        for name in own_keys:
            outer = _within(inspection.functions, name, own_keys)
            found[name] = dataclasses.replace(found[name], within=outer)
    predict = found["predict"].presence
    found[TEARDOWN] = Standing(predict, (), ())
    return found


def _presence(functions: Mapping[str, InspectedFunction], existing: list[str]) -> str:
    if not existing:
        return "absent"
    return "present" if any(functions[key].entered for key in existing) else "not called"


def _within(
    functions: Mapping[str, InspectedFunction], internal: str, own: Mapping[str, list[str]]
) -> tuple[str, ...] | None:
    """Return the others one of whose functions was on the stack at every entry of an internal's functions."""
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


def of_variant(catalogue: Catalogue, run: RunRecord, slug: str, variant: Variant) -> dict[str, Standing]:
    """Return every internal's standing in a variant of a run, as its first inspected call tells."""
    environment = run.manifest.environments[slug]
    family = catalogue.family(environment.framework_version, environment.keras)
    return standings(catalogue, family, inspection_of(run, slug, variant))


def inspection_of(run: RunRecord, slug: str, variant: Variant) -> Inspection | None:
    """Return what the first inspected call of a variant left, or None where there is none."""
    for capture in run.captures:
        if (capture.environment, capture.variant) == (slug, variant) and capture.usable:
            found = capture.inspection()
            if found is not None:
                return found
    return None
