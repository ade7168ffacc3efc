"""Which TensorFlow release loads a model's file, by what the file says of its writer.

The rules are data: ``loadable.toml``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from ..environments.releases import Release, known_releases
from ..protocol.errors import UsageError
from ..protocol.spec import EnvironmentFacts
from ..readers.model_files import Kind, ModelFile
from ..tables import declared

TABLE = Path(__file__).with_name("loadable.toml")


@dataclass(frozen=True)
class Row:
    """One row of the table; its columns are described there."""

    kind: Kind
    keras_model: bool
    written_by: SpecifierSet
    read_by: SpecifierSet
    tensorflow: SpecifierSet
    why: str

    def fits(self, file: ModelFile) -> bool:
        """Return whether this row is about such a file."""
        writer = file.keras or file.tensorflow
        same = (self.kind, self.keras_model) == (file.kind, file.holds_keras_model)
        return same and writer is not None and self.written_by.contains(writer.base_version)

    @property
    def newest(self) -> Release:
        """The newest listed release that loads such a file."""
        return [one for one in known_releases() if self.tensorflow.contains(one.version)][-1]


@dataclass(frozen=True)
class Choice:
    """The release that is measured, and a line that says why."""

    release: Release
    line: str


@functools.cache
def rows() -> tuple[Row, ...]:
    """Return the rows of the table."""
    return tuple(
        Row(
            Kind(row["kind"]),
            row["keras_model"],
            SpecifierSet(row["written_by"]),
            SpecifierSet(row["read_by"]),
            SpecifierSet(row["tensorflow"]),
            row["why"],
        )
        for row in declared.read(TABLE)["loads"]
    )


def choose(file: ModelFile) -> Choice:
    """Return the newest listed release that loads a file.

    Raises:
        UsageError: the file does not say what wrote it, or something that no listed release loads.
    """
    name_it = "name a release (`kprof run --tf RELEASE`)"
    if file.writer is None:
        raise UsageError("does not say which release wrote it, so none can be picked", file.path, name_it)
    row = _row(file)
    if row is None:
        what = f"says that {file.writer} wrote it, which no release in kprof's table loads"
        raise UsageError(what, file.path, name_it)
    release = row.newest
    line = (
        f"{file.path.name} says that {file.writer} wrote it: measured with TensorFlow {release.version}, "
        f"the newest in kprof's table that loads it ({row.why})"
    )
    return Choice(release, line)


def remedy(file: ModelFile, environment: EnvironmentFacts) -> str | None:
    """Return what to do about a file that an environment cannot load as a model.

    None where the file does not say who wrote it, or the environment's Keras is one that should load it: then
    something else is in the way.
    """
    row, here = _row(file), _keras(environment)
    if row is None or here is None or _loads(row, file, here, environment):
        return None
    with_it = f"`kprof run --tf {row.newest.version}`"
    return f"{file.writer} wrote it: measure it with a release that loads it ({with_it})"


def note(file: ModelFile, environment: EnvironmentFacts) -> str | None:
    """Return what to say of a SavedModel that is measured by its signature, though a Keras loads it."""
    row, here = _row(file), _keras(environment)
    if row is None or here is None or file.kind is not Kind.SAVED_MODEL or row.read_by.contains(here):
        return None
    return (
        f"{file.path.name} holds a Keras model, and Keras {environment.keras} loads its signature alone: "
        f"`kprof run --tf {row.newest.version}` measures the model itself"
    )


def _row(file: ModelFile) -> Row | None:
    return next((row for row in rows() if row.fits(file)), None)


def _loads(row: Row, file: ModelFile, here: Version, environment: EnvironmentFacts) -> bool:
    """Return whether an environment is one that the row names, and not older than what wrote the file."""
    if not row.read_by.contains(here):
        return False
    if file.keras is not None:
        return here.release[:2] >= file.keras.release[:2]
    written_by, tensorflow = file.tensorflow, _version(environment.framework_version)
    return written_by is None or tensorflow is None or tensorflow.release[:2] >= written_by.release[:2]


def _keras(environment: EnvironmentFacts) -> Version | None:
    return _version((environment.keras or "").removesuffix("-tf"))


def _version(text: str) -> Version | None:
    try:
        return Version(Version(text).base_version)
    except InvalidVersion:
        return None
