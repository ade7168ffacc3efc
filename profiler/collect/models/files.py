"""Loads a model file, and says why a file was not loaded and what the user can do.

``.keras`` files are read with ``safe_mode`` on; ``.h5`` files and SavedModel folders run their author's code.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import zipfile
from typing import Any, Iterator, NamedTuple, Optional, Sequence

from ...protocol.errors import UsageError
from ...protocol.options import option
from .. import reasons
from ..frameworks import Framework
from . import saved_model

AS_GIVEN = "as given"
LOADED_UNCOMPILED = "load_model(compile=False)"
FALLBACK_LOSS = "mse"
FACTORY = f"or give a factory ({option('model', 'module:factory')})"
HDF5_SUFFIXES = (".h5", ".hdf5")
ARCHIVE_SUFFIX = ".keras"
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
# Keras 3 does not find some functions of its own in an .h5 file.
OWN_OBJECT_SIGN = "could not deserialize 'keras."


class CannotLoadError(UsageError):
    """A file that this Keras cannot load as a model."""


class Saved(NamedTuple):
    """A file's model as it was saved.

    Attributes:
        model: the model.
        made_by: how it came to be in the state that it has.
        notes: what to tell the user about it.
        compiled_notes: what to tell the user about its compiled state.
        not_compiled: why the compiled state is unavailable; None where it is not.
    """

    model: Any
    made_by: str = AS_GIVEN
    notes: Sequence[str] = ()
    compiled_notes: Sequence[str] = ()
    not_compiled: Optional[UsageError] = None


class ModelFile:
    """A file or folder that holds a model, and the Keras that loads it.

    Args:
        path: the file or folder; its kind is told by its bytes, not by its name.
        framework: what loads it.
        signature: the signature of a SavedModel that is measured; None for its Keras model where this Keras
            makes one of it, else the default signature.
    """

    def __init__(self, path: str, framework: Framework, signature: str | None = None) -> None:
        self._path = path
        self._framework = framework
        self._signature = signature
        self._wraps = os.path.isdir(path) and (
            signature is not None or saved_model.loads_signatures_alone(framework.keras)
        )

    def as_saved(self) -> Saved:
        """Return the model as it was saved, or uncompiled where its saved configuration cannot be loaded.

        Raises:
            CannotLoadError: this Keras makes no model of it.
        """
        if self._wraps:
            model, made_by = self.uncompiled()
            note = f"{self._path}: the {made_by} is measured; no Keras model came back"
            return Saved(model, made_by, notes=[note])
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
            return Saved(model, made_by, compiled_notes=[note])

    def uncompiled(self) -> tuple[Any, str]:
        """Return the model, never compiled, and how it was made.

        Raises:
            CannotLoadError: this Keras makes no model of it.
        """
        if not self._wraps:
            return self._load(compile=False), LOADED_UNCOMPILED
        try:
            return saved_model.open_signature(self._path, self._signature, self._framework)
        except UsageError:
            raise
        except Exception as error:
            what = f"its signature cannot be loaded: {reasons.named(error, 240)}"
            raise CannotLoadError(what, self._path) from error

    def _load(self, **options: Any) -> Any:
        try:
            with _named_by_kind(self._path) as path:
                return self._framework.keras.models.load_model(path, **options)
        except Exception as error:
            raise _refusal(self._path, error) from error


@contextlib.contextmanager
def _named_by_kind(path: str) -> Iterator[str]:
    """Yield a name of a file that tells its kind: Keras decides by it how to read one.

    TensorFlow before 2.12 wrote HDF5 under names that end in ``.keras``.
    """
    suffix = _misses_suffix(path)
    if suffix is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="kprof-model-") as folder:
        link = os.path.join(folder, "model" + suffix)
        os.symlink(os.path.abspath(path), link)
        yield link


def _misses_suffix(path: str) -> str | None:
    """Return the suffix of a file's kind where its name has none of them."""
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        is_hdf5 = file.read(len(HDF5_SIGNATURE)) == HDF5_SIGNATURE
    if is_hdf5:
        return None if path.endswith(HDF5_SUFFIXES) else HDF5_SUFFIXES[0]
    return ARCHIVE_SUFFIX if zipfile.is_zipfile(path) and not path.endswith(ARCHIVE_SUFFIX) else None


def needs_custom_objects(error: BaseException) -> bool:
    """Return whether a file was not loaded because its author's own classes or functions are missing."""
    text = " ".join(str(error).split()).lower()
    return OWN_OBJECT_SIGN not in text and any(sign in text for sign in CUSTOM_OBJECT_SIGNS)


def _other_format(path: str, error: Exception) -> CannotLoadError | None:
    """Return the refusal of a file in a format that this Keras does not know, or None."""
    text = str(error)
    ways = f"(`kprof run --tf`), {FACTORY}"
    if KERAS_2_SIGN in text and KERAS_3_SIGN in text:
        what = "is of Keras 3, and this Keras does not load that"
        return CannotLoadError(what, path, f"measure it with TensorFlow 2.16 or newer {ways}")
    if zipfile.is_zipfile(path) and any(sign in text for sign in NO_ARCHIVE_SIGNS):
        what = "is a .keras archive, and this Keras knows none"
        return CannotLoadError(what, path, f"measure it with TensorFlow 2.12 or newer {ways}")
    return None


def _refusal(path: str, error: Exception) -> CannotLoadError:
    """Return why a file was not loaded and what the user can do."""
    if os.path.isdir(path):
        return CannotLoadError(
            f"this Keras makes no model of the SavedModel ({reasons.named(error, 160)})",
            path,
            f"measure its signature ({option('signature')}), {FACTORY}",
        )
    other = _other_format(path, error)
    if other is not None:
        return other
    if needs_custom_objects(error):
        what = f"needs custom objects ({reasons.shortened(str(error), 160)})"
        if LAMBDA_SIGN in str(error):
            what = "holds a Lambda layer, whose code safe mode does not load"
        to_do = f"give a factory that builds it and loads its weights: {option('model', 'module:factory')}"
        return CannotLoadError(what, path, to_do)
    return CannotLoadError(f"cannot be loaded: {reasons.named(error, 240)}", path)
