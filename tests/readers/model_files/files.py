"""Real model files of several releases (``tests/data/models``), and archives that are made here."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from profiler.protocol.errors import UsageError
from profiler.readers import model_files

FOLDER = Path(__file__).resolve().parents[2] / "data" / "models"
SAVED_MODELS = ("exported-keras-3", "saved-model-2.21", "saved-model-keras-2.15")
HDF5 = ("keras-2.4.h5", "keras-2.15.h5", "keras-3.h5", "keras-2.4-named.keras")
ARCHIVES = ("keras-2.15.keras", "keras-3.keras")
WEIGHTS = ("keras-2.4.weights.h5", "keras-2.15.weights.h5", "keras-3.weights.h5")


def archive(path: Path, members: dict[str, str | bytes], packed: int = zipfile.ZIP_STORED) -> Path:
    """Write a zip archive of these members and return its path; the same members give the same bytes."""
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content, packed)
    return path


def keras_archive(path: Path, configuration: str = "{}", keras: str = "3.15.1") -> Path:
    """Write what is a ``.keras`` archive as far as kprof itself looks, and return its path."""
    metadata = f'{{"keras_version": "{keras}"}}'
    return archive(path, {"metadata.json": metadata, "config.json": configuration})


def refused(path: Path) -> UsageError:
    """Return the one line that a file is refused with."""
    with pytest.raises(UsageError) as caught:
        model_files.read(path)
    assert "\n" not in str(caught.value)
    return caught.value


def read_or_refuse(path: Path) -> None:
    """Read a file of any content: it ends in a model file or in one line."""
    try:
        found = model_files.read(path)
    except UsageError as error:
        assert str(path) in str(error)
        assert "\n" not in str(error)
    else:
        assert found.path == path
        assert isinstance(found.kind, model_files.Kind)
        assert found.writer is None or found.writer.isprintable()
        assert all(name.isprintable() for name in found.signatures)
