"""The user's own model, loaded from a file or made by their factory, in either compile state.

``.keras`` files are read with ``safe_mode`` on; ``.h5`` files, SavedModel folders and factories run their
author's code.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import zipfile
from typing import Any

from ...protocol.errors import UsageError
from ...protocol.vocabulary import is_factory
from .. import reasons
from ..frameworks import Framework
from . import factories, inputs

FALLBACK_LOSS = "mse"
FORMS = ".npy gives one array, .npz a dictionary by name, or a list where the arrays have no names"
LOADED_UNCOMPILED = "load_model(compile=False)"
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


class GivenModel:
    """The model that a user gave, in each compile state that is available.

    The model as given is kept for the state that it has. The other state is the file loaded again
    (``compile=False``, or the saved configuration), or a copy with the same weights. Without a saved
    configuration, the compiled state is a plain ``compile(loss="mse")``; a note says so where the file has a
    configuration that this Keras cannot read. One that needs custom objects leaves the model uncompiled.
    """

    def __init__(self, spec: str, input_file: str | None, framework: Framework) -> None:
        self._spec = spec
        self._input_file = input_file
        self._framework = framework
        self._keras = framework.keras
        self._inputs: Any = None
        self._batch_size: int | None = None
        self._given: Any = None
        self._given_by = "as given"
        self._not_compiled: UsageError | None = None
        self._compiled_notes: list[str] = []
        self._others: dict[str, tuple[Any, str]] = {}

    def build(self, compile_state: str) -> tuple[Any, str]:
        """Return the model in a compile state, and how it came to be in it.

        Raises:
            UsageError: the state is unavailable; the text says why.
        """
        given = self.as_given()
        if is_compiled(given) == (compile_state == "compiled"):
            return given, self._given_by
        if compile_state not in self._others:
            self._others[compile_state] = self._other_state(given, compile_state)
        return self._others[compile_state]

    def notes(self, compile_state: str) -> list[str]:
        """Return what to tell the user about a state that has been built."""
        return self._compiled_notes if compile_state == "compiled" else []

    def as_given(self) -> Any:
        """Return the model as the user gave it."""
        if self._given is None:
            given = factories.make(self._spec) if is_factory(self._spec) else self._from_file()
            for method in ("predict", "predict_on_batch", "compile"):
                if not callable(getattr(given, method, None)):
                    kind = type(given).__name__
                    raise UsageError(f"gives an object of type {kind}, no Keras model", self._spec)
            # Before the call, since a shape that a call has built the model with is not demanded by it.
            self._inputs = inputs.specs(given, self._framework)
            self._batch_size = inputs.fixed_batch_size(given, self._framework)
            self._given = self._called(given)
        return self._given

    def inputs(self) -> Any:
        """Return the inputs of the model as given, a structure of `InputSpec`; None where it does not say."""
        self.as_given()
        return self._inputs

    def fixed_batch_size(self) -> int | None:
        """Return the batch size that the model as given demands, or None."""
        self.as_given()
        return self._batch_size

    def _called(self, model: Any) -> Any:
        """Return the model, built by a call with a row of the file where it does not say what it takes."""
        if self._inputs is None and self._input_file is not None:
            import numpy

            x, _ = inputs.read_as_stored(self._input_file, 1, self._framework, numpy)
            try:
                model(x)
            except Exception as error:
                said = reasons.named(error, 200)
                raise UsageError(f"the model does not take it ({said})", self._input_file, FORMS) from error
        return model

    def _from_file(self) -> Any:
        """Return the model as it was saved, or uncompiled where its saved configuration cannot be loaded."""
        try:
            return self._load(self._spec)
        except UsageError as error:
            try:
                model = self._load(self._spec, compile=False)
            except UsageError:
                raise error from error.__cause__
            self._given_by = LOADED_UNCOMPILED
            cause = error.__cause__ or error
            if needs_custom_objects(cause):
                self._not_compiled = error
            else:
                said = reasons.named(cause, 120)
                self._compiled_notes.append(
                    f"{self._spec}: its compile() configuration cannot be read here ({said}); "
                    f'compiled is compile(loss="{FALLBACK_LOSS}")'
                )
            return model

    def _load(self, path: str, **options: Any) -> Any:
        try:
            return self._keras.models.load_model(path, **options)
        except Exception as error:
            raise _refusal(path, error) from error

    def _other_state(self, given: Any, compile_state: str) -> tuple[Any, str]:
        if compile_state == "uncompiled":
            if not is_factory(self._spec):
                return self._called(self._load(self._spec, compile=False)), LOADED_UNCOMPILED
            return self._copy(given), "from_config, weights copied"
        if self._not_compiled is not None:
            raise self._not_compiled
        if is_factory(self._spec):
            model = self._copy(given)
        else:
            model = self._called(self._load(self._spec, compile=False))
        model.compile(loss=FALLBACK_LOSS)
        return model, f'compile(loss="{FALLBACK_LOSS}")'

    def _copy(self, given: Any) -> Any:
        """Return an uncompiled copy with the same weights; Keras 3's clone_model copies ``compile()`` too."""
        classes = {type(layer).__name__: type(layer) for layer in given.layers}
        try:
            with self._keras.utils.custom_object_scope(classes):
                copy = self._called(_from_config(given))
            copy.set_weights(given.get_weights())
        except Exception as error:
            reason = reasons.shortened(str(error), 300)
            what = f"the model cannot be copied into the other compile state: {reason}"
            raise UsageError(what) from error
        return copy


def _from_config(model: Any) -> Any:
    """Return a new model of the same configuration.

    A subclass that has no ``get_config`` of its own gives Keras's, which holds more than what its
    constructor takes.
    """
    config = model.get_config()
    try:
        return type(model).from_config(config)
    except TypeError:
        known = inspect.signature(type(model).__init__).parameters
        return type(model)(**{name: value for name, value in config.items() if name in known})


def is_compiled(model: Any) -> bool:
    """Return whether ``compile()`` has been called (Keras 3: ``compiled``; before: ``optimizer`` is set)."""
    if hasattr(model, "compiled"):
        return bool(model.compiled)
    return getattr(model, "optimizer", None) is not None


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


def _newer_format(path: str, error: Exception) -> UsageError | None:
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
        return UsageError("a .keras file needs TensorFlow 2.12 or newer", path, ways)
    return UsageError(f"was written by Keras {by} and needs TensorFlow 2.16 or newer", path, ways)


def _refusal(path: str, error: Exception) -> UsageError:
    """Return why a file was not loaded and what the user can do."""
    if os.path.isdir(path):
        if not os.path.exists(os.path.join(path, "saved_model.pb")):
            to_do = "give a .keras or .h5 file, or a factory (--model module:factory)"
            return UsageError("a folder without saved_model.pb, so no SavedModel", path, to_do)
        return UsageError(
            "this Keras cannot turn a SavedModel folder into a model",
            path,
            "save it as .keras with the release that made it, give a factory (--model module:factory), or "
            "measure there (--python)",
        )
    if path.endswith(".keras") and _is_cut(path):
        size = os.path.getsize(path)
        return UsageError(
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
        return UsageError(what, path, to_do)
    return UsageError(f"cannot be loaded: {reasons.named(error, 240)}", path)
