"""The catalogue of internals: data in ``internals/``, read and checked here.

``internals.toml`` declares the internals in order; each other file says, for one family of releases, which
functions play those roles. A function is named ``path below site-packages::qualified name``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from packaging.specifiers import SpecifierSet

from ..protocol.spec import CatalogueSpec, ObserveSpec
from ..protocol.vocabulary import PHASES

FOLDER = Path(__file__).parent / "internals"
TEARDOWN = "teardown"


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
    """

    id: str
    framework: str
    keras: str
    functions: Mapping[str, tuple[str, ...]]
    observe: Mapping[str, Any]

    def admits(self, framework_version: str, keras_version: str | None) -> bool:
        """Return whether the family describes this release."""
        keras_fits = not self.keras or (keras_version is not None and in_range(keras_version, self.keras))
        return in_range(framework_version, self.framework) and keras_fits


@dataclass(frozen=True)
class Catalogue:
    """All internals in order, and all families."""

    id: str
    internals: tuple[Internal, ...]
    families: tuple[Family, ...]

    def family(self, framework_version: str, keras_version: str | None) -> Family | None:
        """Return the family of a release, or None for a release that the catalogue does not know."""
        return next((f for f in self.families if f.admits(framework_version, keras_version)), None)

    def phase(self, internal: str) -> str:
        """Return the phase that an internal belongs to."""
        return next(entry.phase for entry in self.internals if entry.id == internal)

    def for_worker(self) -> CatalogueSpec:
        """Return what the worker's inspection needs, of all families at once."""
        observe = ObserveSpec()
        functions: dict[str, None] = {}
        for family in self.families:
            for keys in family.functions.values():
                functions.update(dict.fromkeys(keys))
            for name, value in family.observe.items():
                functions.update(dict.fromkeys(value))
                watched = getattr(observe, name)
                if isinstance(value, dict):
                    watched.update(value)
                else:
                    watched.extend(key for key in value if key not in watched)
        return CatalogueSpec(list(functions), observe)


def in_range(version: str, requirement: str) -> bool:
    """Whether ``version`` fulfils ``requirement``, like ``>=2.0,<2.2``; a suffix like -tf is dropped."""
    release = re.match(r"\d+(\.\d+)*", version)
    return release is not None and SpecifierSet(requirement).contains(release[0])


@lru_cache(maxsize=1)
def load() -> Catalogue:
    """Return the catalogue.

    Raises:
        ValueError: an internal with an unknown phase, or a family that names an unknown internal.
    """
    declared = tomllib.loads((FOLDER / "internals.toml").read_text(encoding="utf-8"))
    internals = tuple(Internal(**entry) for entry in declared["internal"])
    known = {entry.id for entry in internals}
    for entry in internals:
        if entry.phase not in PHASES:
            raise ValueError(f"internals.toml: {entry.id} has the unknown phase {entry.phase!r}")
        if entry.successor is not None and entry.successor not in known:
            raise ValueError(f"internals.toml: {entry.id} names the unknown successor {entry.successor!r}")
    paths = sorted(path for path in FOLDER.glob("*.toml") if path.name != "internals.toml")
    families = tuple(_family(path, known) for path in paths)
    return Catalogue(f"{declared['id']}/{declared['version']}", internals, families)


def _family(path: Path, known: set[str]) -> Family:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(data["functions"]) - known
    if unknown:
        raise ValueError(f"{path.name}: unknown internals {sorted(unknown)}")
    functions = {internal: tuple(keys) for internal, keys in data["functions"].items()}
    return Family(data["id"], data["framework"], data.get("keras", ""), functions, data["observe"])


@lru_cache(maxsize=1)
def wrappers() -> frozenset[str]:
    """Return the functions that only pass a call on, as ``file name`` (base name of the file)."""
    text = Path(__file__).with_name("wrappers.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["functions"])
