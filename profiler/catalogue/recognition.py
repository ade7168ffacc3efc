"""Recognises the release family and the entry points of Keras in a profile, by the functions that it names.

A profile names no release. It names functions: by their path below site-packages and their own name where
cProfile made it, by the file's base name and the function's own name where the TensorFlow profiler did. The
line tells nothing, since it moves from release to release.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from ..tables import declared
from .catalogue import DEFAULT_BACKEND, Catalogue, Family, load

Named = tuple[str, str]
"""A function that a profile names: its file, and its own name."""

_BACKEND = re.compile(r"keras/src/backend/(\w+)/trainer\.py")


@dataclass(frozen=True)
class FamilyMatch:
    """How well the best family fits a profile.

    Attributes:
        family: its id; None where the profile names no function of any, or two fit alike.
        matched: functions of it that the profile names.
        named: functions of any family that the profile names.
        runner_up: the id of the next best family; None where there is none.
        runner_up_matched: functions of that one that the profile names.
        reason: why there is no family.
    """

    family: str | None
    matched: int
    named: int
    runner_up: str | None = None
    runner_up_matched: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class EntryPoints:
    """Where Keras keeps its entry points: files below site-packages, and the functions' own names."""

    files: tuple[str, ...]
    names: tuple[str, ...]

    def holds(self, path: str, name: str) -> bool:
        """Return whether a function is an entry point of Keras, by its path and not by its name alone."""
        return name in self.names and canonical(path) in self.files


@lru_cache(maxsize=1)
def entry_points() -> EntryPoints:
    """Return the entry points that a profile may name."""
    listed = declared.read(Path(__file__).with_name("entry_points.toml"))
    return EntryPoints(tuple(listed["files"]), tuple(listed["names"]))


def canonical(path: str) -> str:
    """Return a path with the folder of ``tf_keras``, which is Keras 2 under another name, named ``keras``."""
    return path.removeprefix("tf_") if path.startswith("tf_keras/") else path


def paths(canonical_path: str) -> tuple[str, ...]:
    """Return the paths that `canonical` takes for one."""
    return (
        (canonical_path, f"tf_{canonical_path}") if canonical_path.startswith("keras/") else (canonical_path,)
    )


def is_keras(path: str) -> bool:
    """Return whether a path below site-packages is one of Keras, its own package or that in TensorFlow."""
    return canonical(path).startswith(("keras/", "tensorflow/python/keras/", "tensorflow_core/python/keras/"))


def is_framework(path: str) -> bool:
    """Return whether a path below site-packages is one of Keras or TensorFlow."""
    first = path.partition("/")[0]
    return first in ("keras", "tf_keras", "tensorflow", "tensorflow_core", "tensorflow_estimator")


def by_path(catalogue: Catalogue, functions: Iterable[Named]) -> FamilyMatch:
    """Return the family of a profile that names functions by their path below site-packages."""
    given = set(functions)
    known = given | {(canonical(path), name) for path, name in given if path.startswith("tf_")}
    backends = {found[1] for path, name in known if name in entry_points().names and (found := _of(path))}
    backend = DEFAULT_BACKEND if DEFAULT_BACKEND in backends else min(backends, default=DEFAULT_BACKEND)
    return _best(catalogue, known, lambda path: path, backend)


def by_file_name(catalogue: Catalogue, functions: Iterable[Named]) -> FamilyMatch:
    """Return the family of a profile that names functions by the base name of their file."""
    return _best(catalogue, set(functions), lambda path: PurePosixPath(path).name, DEFAULT_BACKEND)


@lru_cache(maxsize=1)
def inner_functions() -> frozenset[Named]:
    """Return what Keras runs below its entry points, of every family, by base name and own name."""
    every = (named for family in load().families for found in roles(family).values() for named in found)
    inner = ((PurePosixPath(path).name, name) for path, name in every if name not in entry_points().names)
    return frozenset(inner)


def roles(family: Family) -> Mapping[str, tuple[Named, ...]]:
    """Return each internal's functions, by path below site-packages and own name."""
    return {internal: tuple(dict.fromkeys(map(_named, keys))) for internal, keys in family.functions.items()}


def _of(path: str) -> re.Match[str] | None:
    return _BACKEND.fullmatch(path)


def _named(key: str) -> Named:
    path, _, qualified = key.partition("::")
    return path, qualified.rpartition(".")[2]


def _best(
    catalogue: Catalogue, known: Collection[Named], file: Callable[[str], str], backend: str
) -> FamilyMatch:
    """Return the family that most of the named functions belong to, of those of a backend."""
    found = {
        family.id: {
            function
            for functions in roles(family).values()
            for path, name in functions
            if (function := (file(path), name)) in known
        }
        for family in catalogue.families
        if family.backend == backend
    }
    named = len(set().union(*found.values()))
    ranked = sorted(found, key=lambda one: -len(found[one]))
    if not ranked:
        return FamilyMatch(None, 0, 0, reason=f"the catalogue does not know the {backend} backend")
    first, second = ranked[0], next(iter(ranked[1:]), None)
    matched, next_matched = len(found[first]), len(found[second]) if second else 0
    if not matched:
        return FamilyMatch(None, 0, 0, reason="the file names no function that the catalogue knows")
    if second is not None and matched == next_matched:
        return FamilyMatch(None, matched, named, second, matched, f"{first} and {second} fit alike")
    return FamilyMatch(first, matched, named, second if next_matched else None, next_matched)
