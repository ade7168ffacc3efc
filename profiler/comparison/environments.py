"""Compares two environments and machines: the facts that differ around two sides of a comparison."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..results.document import Environment
from ..runs.manifest import RunManifest
from .internals import Fact
from .sides import Read

# The platform is not among them: it names the C library that the interpreter was built for.
MACHINE = ("cpu", "cores", "device", "usable cores", "quota of cores", "--pin")
# Names of the machine's record, in words.
ALLOWED = {"affinity": "usable cores", "quota_cores": "quota of cores"}


@dataclass(frozen=True)
class EnvironmentChange:
    """Two environments whose variants are compared; ``machine`` holds the facts that show another machine."""

    before: str
    after: str
    facts: tuple[Fact, ...]
    machine: tuple[Fact, ...]


def change(slugs: tuple[str, str], before: Read, after: Read) -> EnvironmentChange:
    """Return what differs around two sides, by the slug of each one's environment."""
    own = _facts(before.report.environments[slugs[0]], after.report.environments[slugs[1]])
    facts = (*own, *_machine_facts(before.run.manifest, after.run.manifest))
    return EnvironmentChange(*slugs, facts, tuple(fact for fact in facts if fact.name in MACHINE))


def _facts(before: Environment, after: Environment) -> Iterator[Fact]:
    for field in dataclasses.fields(Environment):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if isinstance(old, Mapping):
            for name in dict.fromkeys((*old, *new)):
                if old.get(name) != new.get(name):
                    kind = f"{name} threads" if field.name == "threads" else name
                    yield Fact(kind, old.get(name), new.get(name))
        elif old != new:
            yield Fact(field.name, old, new)


def _machine_facts(before: RunManifest, after: RunManifest) -> Iterator[Fact]:
    """Yield what differs in the cores that each run was allowed to use or was pinned to."""
    states = [
        manifest.all_sittings[0].before if manifest.all_sittings else None for manifest in (before, after)
    ]
    if states[0] is not None and states[1] is not None:
        for key, name in ALLOWED.items():
            old, new = (getattr(state, key) for state in states)
            if old != new:
                yield Fact(name, old, new)
    pins = [list(manifest.request.pin) or None if manifest.request else None for manifest in (before, after)]
    if pins[0] != pins[1]:
        yield Fact("--pin", *pins)
