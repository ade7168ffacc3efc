"""The user's own model, loaded from a file or made by their factory, in either compile state.

``.keras`` files are read with ``safe_mode`` on; ``.h5`` files, SavedModel folders and factories run their
author's code.
"""

from __future__ import annotations

from typing import Any

from ...protocol.errors import UsageError
from ...protocol.vocabulary import is_factory
from .. import reasons
from ..frameworks import Framework
from . import files, inputs
from .given_input import GivenInput
from .states import FactoryStates, is_compiled


class GivenModel:
    """The model that a user gave, in each compile state that is available.

    The model as given is kept for the state that it has. The other state is the file loaded again
    (``compile=False``, or the saved configuration), or the factory called again. Without a saved
    configuration, the compiled state is a plain ``compile(loss="mse")``; a note says so where the file has a
    configuration that this Keras cannot read. One that needs custom objects leaves the model uncompiled.
    """

    def __init__(
        self, spec: str, given_input: GivenInput, framework: Framework, signature: str | None = None
    ) -> None:
        self._spec = spec
        self._given_input = given_input
        self._framework = framework
        self._file = files.ModelFile(spec, framework, signature)
        self._factory = FactoryStates(spec, framework, self._called)
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
            given = self._factory.first() if is_factory(self._spec) else self._from_file()
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
        """Return the model, built by a call with some of its input where it does not say what it takes."""
        sample = None if self._inputs is not None else self._given_input.sample()
        if sample is not None:
            try:
                model(sample)
            except Exception as error:
                said = reasons.named(error, 200)
                what = f"the model does not take it ({said})"
                raise UsageError(what, self._given_input.place, self._given_input.forms) from error
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
        if is_factory(self._spec):
            return self._factory.other(given, compile_state)
        if compile_state == "compiled" and self._not_compiled is not None:
            raise self._not_compiled
        model, made_by = self._file.uncompiled()
        model = self._called(model)
        if compile_state == "uncompiled":
            return model, made_by
        how = f'compile(loss="{files.FALLBACK_LOSS}")'
        model.compile(loss=files.FALLBACK_LOSS)
        return model, how if made_by == files.LOADED_UNCOMPILED else f"{made_by}, {how}"
