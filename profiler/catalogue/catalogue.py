"""Reads and checks the catalogue of internals, which is the data in ``internals/``.

``internals.toml`` declares the internals in order; each other file says, for one family of releases, which
functions play those roles. A function is named ``path below site-packages::qualified name``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from packaging.specifiers import SpecifierSet

from ..protocol.spec import CatalogueSpec, EnvironmentFacts, ObserveSpec
from ..protocol.vocabulary import PHASES
from ..tables import declared

FOLDER = Path(__file__).parent / "internals"
TEARDOWN = "teardown"
DEFAULT_BACKEND = "tensorflow"
_FAMILY_KEYS = {"id", "framework", "keras", "backend", "frames", "functions", "observe"}


@dataclass(frozen=True)
class Internal:
    """A role in the framework: id, the phase it belongs to, one line of meaning, and what came after it."""

    id: str
    phase: str
    meaning: str
    successor: str | None = None


@dataclass(frozen=True)
class Family:
    """The functions of one family of releases.

    Attributes:
        id: the file's name.
        framework, keras: version ranges like ``>=2.0,<2.2``; an empty one admits all.
        functions: internal's id -> function keys.
        observe: what the worker's inspection watches.
        backend: the backend of Keras whose functions they are.
        frames: the functions whose frames hold what a call's teardown frees.
    """

    id: str
    framework: str
    keras: str
    functions: Mapping[str, tuple[str, ...]]
    observe: ObserveSpec = field(default_factory=ObserveSpec)
    backend: str = DEFAULT_BACKEND
    frames: tuple[str, ...] = ()

    def admits(self, environment: EnvironmentFacts) -> bool:
        """Return whether the family describes the release and backend of an environment."""
        return (
            (environment.backend or DEFAULT_BACKEND) == self.backend
            and in_range(environment.framework_version, self.framework)
            and (
                not self.keras or (environment.keras is not None and in_range(environment.keras, self.keras))
            )
        )


@dataclass(frozen=True)
class Catalogue:
    """All internals in order, and all families."""

    id: str
    internals: tuple[Internal, ...]
    families: tuple[Family, ...]

    def family(self, environment: EnvironmentFacts) -> Family | None:
        """Return the family of an environment, or None where the release or the backend is not known."""
        return next((one for one in self.families if one.admits(environment)), None)

    def named(self, family: str | None) -> Family | None:
        """Return the family of an id, or None where there is none."""
        return next((one for one in self.families if one.id == family), None)

    def phase(self, internal: str) -> str:
        """Return the phase that an internal belongs to."""
        return next(entry.phase for entry in self.internals if entry.id == internal)

    def for_worker(self) -> CatalogueSpec:
        """Return what the worker's inspection needs, of all families at once."""
        observe = ObserveSpec()
        functions: dict[str, None] = {}
        internals: dict[str, str] = {}
        for family in self.families:
            for internal, keys in family.functions.items():
                functions.update(dict.fromkeys(keys))
                internals.update(dict.fromkeys(keys, internal))
            for name, value in vars(family.observe).items():
                functions.update(dict.fromkeys(value))
                watched = getattr(observe, name)
                if isinstance(value, dict):
                    watched.update(value)
                else:
                    watched.extend(key for key in value if key not in watched)
        frames = dict.fromkeys(key for family in self.families for key in family.frames)
        return CatalogueSpec(list(functions), observe, list(frames), internals)


def in_range(version: str, requirement: str) -> bool:
    """Return whether a version, its suffix (like -tf) dropped, fulfils a requirement like ``>=2.0,<2.2``."""
    release = re.match(r"\d+(\.\d+)*", version)
    return release is not None and SpecifierSet(requirement).contains(release[0])


@lru_cache(maxsize=1)
def load() -> Catalogue:
    """Return the catalogue.

    Raises:
        ValueError: an internal has an unknown phase, or a family names an unknown internal or key.
    """
    listed = declared.read(FOLDER / "internals.toml")
    internals = tuple(Internal(**entry) for entry in listed["internal"])
    known = {entry.id for entry in internals}
    for entry in internals:
        if entry.phase not in PHASES:
            raise ValueError(f"internals.toml: {entry.id} has the unknown phase {entry.phase!r}")
        if entry.successor is not None and entry.successor not in known:
            raise ValueError(f"internals.toml: {entry.id} names the unknown successor {entry.successor!r}")
    paths = sorted(path for path in FOLDER.glob("*.toml") if path.name != "internals.toml")
    families = tuple(_family(path, known) for path in paths)
    return Catalogue(f"{listed['id']}/{listed['version']}", internals, families)


def _family(path: Path, known: set[str]) -> Family:
    data = declared.read(path)
    surplus = data.keys() - _FAMILY_KEYS or data["observe"].keys() - vars(ObserveSpec()).keys()
    if surplus:
        raise ValueError(f"{path.name}: unknown keys {sorted(surplus)}")
    unknown = data["functions"].keys() - known
    if unknown:
        raise ValueError(f"{path.name}: unknown internals {sorted(unknown)}")
    return Family(
        data["id"],
        data["framework"],
        data.get("keras", ""),
        {internal: tuple(keys) for internal, keys in data["functions"].items()},
        ObserveSpec(**data["observe"]),
        data.get("backend", DEFAULT_BACKEND),
        tuple(data.get("frames", ())),
    )


@lru_cache(maxsize=1)
def wrappers() -> frozenset[str]:
    """Return the pass-through functions, as ``file name`` (base name of the file)."""
    return frozenset(declared.read(Path(__file__).with_name("wrappers.toml"))["functions"])
