"""The user's own model, loaded from a file or made by their factory, in either compile state.

``.keras`` files are read with ``safe_mode`` on; ``.h5`` files, SavedModel folders and factories run their
author's code.
"""

from __future__ import annotations

import inspect
from typing import Any

from ...protocol.errors import UsageError
from ...protocol.vocabulary import is_factory
from .. import reasons
from ..frameworks import Framework
from . import factories, files, inputs

FORMS = ".npy gives one array, .npz a dictionary by name, or a list where the arrays have no names"


class GivenModel:
    """The model that a user gave, in each compile state that is available.

    The model as given is kept for the state that it has. The other state is the file loaded again
    (``compile=False``, or the saved configuration), or a copy with the same weights. Without a saved
    configuration, the compiled state is a plain ``compile(loss="mse")``; a note says so where the file has a
    configuration that this Keras cannot read. One that needs custom objects leaves the model uncompiled.
    """

    def __init__(
        self, spec: str, input_file: str | None, framework: Framework, signature: str | None = None
    ) -> None:
        self._spec = spec
        self._input_file = input_file
        self._framework = framework
        self._keras = framework.keras
        self._file = files.ModelFile(spec, framework.keras, signature)
        self._inputs: Any = None
        self._batch_size: int | None = None
        self._given: Any = None
        self._given_by = files.AS_GIVEN
        self._not_compiled: UsageError | None = None
        self._notes: list[str] = []
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
        return self._notes + (self._compiled_notes if compile_state == "compiled" else [])

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
        """Return the model as it was saved."""
        saved = self._file.as_saved()
        self._given_by = saved.made_by
        self._not_compiled = saved.not_compiled
        self._notes.extend(saved.notes)
        self._compiled_notes.extend(saved.compiled_notes)
        return saved.model

    def _other_state(self, given: Any, compile_state: str) -> tuple[Any, str]:
        if compile_state == "uncompiled":
            if not is_factory(self._spec):
                model, made_by = self._file.uncompiled()
                return self._called(model), made_by
            return self._copy(given), "from_config, weights copied"
        if self._not_compiled is not None:
            raise self._not_compiled
        how = f'compile(loss="{files.FALLBACK_LOSS}")'
        if is_factory(self._spec):
            model = self._copy(given)
        else:
            model, made_by = self._file.uncompiled()
            model = self._called(model)
            how = how if made_by == files.LOADED_UNCOMPILED else f"{made_by}, {how}"
        model.compile(loss=files.FALLBACK_LOSS)
        return model, how

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
