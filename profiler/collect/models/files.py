"""Loads a model file, and says why a file was not loaded and what the user can do.

``.keras`` files are read with ``safe_mode`` on; ``.h5`` files and SavedModel folders run their author's code.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from typing import Any, NamedTuple, Optional, Sequence

from ...protocol.errors import UsageError
from .. import reasons

AS_GIVEN = "as given"
LOADED_UNCOMPILED = "load_model(compile=False)"
FALLBACK_LOSS = "mse"
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
LAMBDA_SIGN = "arbitrary code execution"
CUSTOM_OBJECT_SIGNS = (
    "could not locate",
    "unknown layer",
    "custom_objects",
    "could not deserialize",
    LAMBDA_SIGN,
    # a function's name in an .h5 file, which Keras 3 takes for a configuration
    "string indices must be integers",
)
# What a Keras that knows no zip archive says of one: up to TensorFlow 2.6, and from 2.8 on.
NO_ARCHIVE_SIGNS = ("SavedModel file does not exist", "file signature not found")
KERAS_2_SIGN = "Unrecognized keyword arguments:"
KERAS_3_SIGN = "'batch_shape'"
LONGEST_METADATA = 1 << 16
# Keras 3 does not find some functions of its own in an .h5 file.
OWN_OBJECT_SIGN = "could not deserialize 'keras."


class CannotLoadError(UsageError):
    """A file of which this Keras makes no model."""


class Saved(NamedTuple):
    """A file's model as it was saved.

    Attributes:
        model: the model.
        made_by: how it came to be in the state that it has.
        notes: what to tell the user about its compiled state.
        not_compiled: why the compiled state is unavailable; None where it is not.
    """

    model: Any
    made_by: str = AS_GIVEN
    notes: Sequence[str] = ()
    not_compiled: Optional[UsageError] = None


class ModelFile:
    """A file or folder that holds a model, and the Keras that loads it."""

    def __init__(self, path: str, keras: Any) -> None:
        self._path = path
        self._keras = keras

    def as_saved(self) -> Saved:
        """Return the model as it was saved, or uncompiled where its saved configuration cannot be loaded.

        Raises:
            CannotLoadError: this Keras makes no model of it.
        """
        try:
            return Saved(self._load())
        except CannotLoadError as error:
            try:
                model, made_by = self.uncompiled()
            except CannotLoadError:
                raise error from error.__cause__
            cause = error.__cause__ or error
            if needs_custom_objects(cause):
                return Saved(model, made_by, not_compiled=error)
            said = reasons.named(cause, 120)
            note = (
                f"{self._path}: its compile() configuration cannot be read here ({said}); "
                f'compiled is compile(loss="{FALLBACK_LOSS}")'
            )
            return Saved(model, made_by, [note])

    def uncompiled(self) -> tuple[Any, str]:
        """Return the model, never compiled, and how it was made.

        Raises:
            CannotLoadError: this Keras makes no model of it.
        """
        return self._load(compile=False), LOADED_UNCOMPILED

    def _load(self, **options: Any) -> Any:
        try:
            return self._keras.models.load_model(self._path, **options)
        except Exception as error:
            raise _refusal(self._path, error) from error


def needs_custom_objects(error: BaseException) -> bool:
    """Return whether a file was not loaded because its author's own classes or functions are missing."""
    text = " ".join(str(error).split()).lower()
    return OWN_OBJECT_SIGN not in text and any(sign in text for sign in CUSTOM_OBJECT_SIGNS)


def _is_cut(path: str) -> bool:
    """Return whether a file is neither an archive nor HDF5, which ``.keras`` files once were."""
    if not os.path.isfile(path) or zipfile.is_zipfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(len(HDF5_SIGNATURE)) != HDF5_SIGNATURE


def _written_by(path: str) -> str:
    """Return the version of Keras that a ``.keras`` archive says it was written by; empty when unknown."""
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo("metadata.json")
            if info.file_size > LONGEST_METADATA:
                return ""
            said = json.loads(archive.read(info).decode("utf-8"))["keras_version"]
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, zipfile.BadZipFile):
        return ""
    return said if isinstance(said, str) and re.match(r"[0-9]+(\.[0-9]+)*$", said) else ""


def _newer_format(path: str, error: Exception) -> CannotLoadError | None:
    """Return the refusal of a file that a newer Keras wrote than the one that is to read it, or None."""
    text = str(error)
    written_by = _written_by(path) if zipfile.is_zipfile(path) else ""
    if KERAS_2_SIGN in text and KERAS_3_SIGN in text:
        by = written_by or "3"
    elif zipfile.is_zipfile(path) and any(sign in text for sign in NO_ARCHIVE_SIGNS):
        by = written_by
    else:
        return None
    ways = "give a factory (--model module:factory), or save it with the release that is to be measured"
    if by.startswith("2") or not by:
        return CannotLoadError("a .keras file needs TensorFlow 2.12 or newer", path, ways)
    return CannotLoadError(f"was written by Keras {by} and needs TensorFlow 2.16 or newer", path, ways)


def _refusal(path: str, error: Exception) -> CannotLoadError:
    """Return why a file was not loaded and what the user can do."""
    if os.path.isdir(path):
        if not os.path.exists(os.path.join(path, "saved_model.pb")):
            to_do = "give a .keras or .h5 file, or a factory (--model module:factory)"
            return CannotLoadError("a folder without saved_model.pb, so no SavedModel", path, to_do)
        return CannotLoadError(
            "this Keras cannot turn a SavedModel folder into a model",
            path,
            "save it as .keras with the release that made it, give a factory (--model module:factory), or "
            "measure there (--python)",
        )
    if path.endswith(".keras") and _is_cut(path):
        size = os.path.getsize(path)
        return CannotLoadError(
            f"no whole .keras file ({size} bytes, no zip archive)", path, "save or copy it again"
        )
    newer = _newer_format(path, error)
    if newer is not None:
        return newer
    if needs_custom_objects(error):
        what = f"needs custom objects ({reasons.shortened(str(error), 160)})"
        if LAMBDA_SIGN in str(error):
            what = "holds a Lambda layer, whose code safe mode does not load"
        to_do = "give a factory that builds it and loads its weights: --model module:factory"
        return CannotLoadError(what, path, to_do)
    return CannotLoadError(f"cannot be loaded: {reasons.named(error, 240)}", path)
