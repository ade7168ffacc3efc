"""What a user's model file says of itself: which kind it is, and which Keras wrote it.

The analyzer reads it, before any interpreter starts: a file that holds no model is refused at once, and the
release that can load one is known before an environment is made. Its own environment may have neither h5py
nor TensorFlow, and a file's author is not trusted: so the few bytes that tell are read here, by parsers whose
loops are bounded. What they say decides which release is tried and how an error reads, nothing else.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from ...protocol.errors import UsageError
from ...protocol.options import option
from . import archive, hdf5, model_file, other_files, saved_model
from .model_file import Kind, ModelFile

__all__ = ["Kind", "ModelFile", "read"]

CONFIGURATION, VERSION, LAYERS = "model_config", "keras_version", "layer_names"
_MODEL = option("model", "module:factory")
WEIGHTS_SUFFIXES = (".weights.h5", ".weights.hdf5", "_weights.h5")


def read(path: Path) -> ModelFile:
    """Return what a model's file or folder says of itself; its kind is told by its bytes, not by its name.

    Raises:
        UsageError: it holds no model, is cut, or must not be loaded; one line says which, and what to do.
    """
    try:
        if path.is_dir():
            return _folder(path)
        if not path.is_file():
            raise UsageError("is no regular file", path)
        with path.open("rb") as file:
            start = file.read(len(hdf5.SIGNATURE))
        if start == hdf5.SIGNATURE:
            return _hdf5(path)
        if start.startswith(b"PK\x03\x04") or zipfile.is_zipfile(path):
            return ModelFile(path, Kind.ARCHIVE, keras=archive.read(path))
        raise other_files.refusal(path)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", path) from error


def _hdf5(path: Path) -> ModelFile:
    found = hdf5.attributes(path, frozenset({VERSION}))
    if found.are_all and CONFIGURATION not in found.names:
        factory = f"give a factory that builds the model and loads them ({_MODEL})"
        if LAYERS in found.names or path.name.endswith(WEIGHTS_SUFFIXES):
            raise UsageError("holds weights alone, no model", path, factory)
        what = "is an HDF5 file without a model: weights alone, or another program's data"
        raise UsageError(what, path, factory)
    return ModelFile(path, Kind.HDF5, keras=model_file.version(found.strings.get(VERSION)))


def _folder(path: Path) -> ModelFile:
    if not (path / saved_model.FILE).exists():
        raise other_files.folder_refusal(path)
    if (path / "tfhub_module.pb").exists():
        raise UsageError(
            "is a TensorFlow 1 Hub module, which has no model of TensorFlow 2",
            path,
            f"take the module's newer version, or give a factory ({_MODEL})",
        )
    found = saved_model.read(path)
    if not found.signatures and not found.holds_keras_model:
        raise UsageError(
            "is a SavedModel without a signature, so nothing of it can be called by name",
            path,
            f"save it with signatures=..., or give a factory ({_MODEL})",
        )
    return ModelFile(
        path,
        Kind.SAVED_MODEL,
        tensorflow=model_file.version(found.tensorflow),
        holds_keras_model=found.holds_keras_model,
        signatures=found.signatures,
    )
