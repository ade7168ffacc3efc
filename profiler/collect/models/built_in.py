"""The workloads that are measured: the built-in models with seeded float32 inputs, or the user's own.

The built-in ones are those of the published study (layers, sizes and batch as given there).
"""

from __future__ import annotations

from typing import Any, Callable

from ...protocol.errors import UsageError
from ...protocol.spec import WorkloadSpec
from ...protocol.vocabulary import width_of
from ..frameworks import Framework
from .given_input import GivenInput
from .user import GivenModel

SEED = 20200115
BATCH_SIZE = 32
LOSS = "binary_crossentropy"
OPTIMIZER = "adam"


def build_tiny(keras: Any, batch_size: int) -> Any:
    """Return ``Input(4) -> Dense(2, relu) -> Dense(1, sigmoid)``, not compiled."""
    layers = keras.layers
    inputs = keras.Input(shape=(4,))
    hidden = layers.Dense(2, activation="relu")(inputs)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(hidden))


def build_medium(keras: Any, batch_size: int) -> Any:
    """Return the study's LSTM, Conv1D and Dense model on 400 x 16 inputs, not compiled."""
    layers = keras.layers
    inputs = keras.Input(shape=(400, 16), batch_size=batch_size)
    x = layers.LSTM(512, activation="relu", return_sequences=True)(inputs)
    x = layers.Conv1D(128, 400, strides=1, padding="same")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(256, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Dense(128, activation="relu")(x)
    x = layers.Dense(64, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


BUILDERS: dict[str, tuple[Callable[[Any, int], Any], tuple[int, ...]]] = {
    "tiny": (build_tiny, (4,)),
    "medium": (build_medium, (400, 16)),
}


POSITIONS = 64
FEATURES = 16


def build_scaled(width: int) -> Callable[[Any, int], Any]:
    """Return what builds two Dense layers of ``width`` units, applied at each of 64 positions.

    Arithmetic grows with the square of the width and with the positions, weights with the square alone.
    """

    def build(keras: Any, batch_size: int) -> Any:
        layers = keras.layers
        inputs = keras.Input(shape=(POSITIONS, FEATURES))
        x = layers.Dense(width, activation="relu")(inputs)
        x = layers.Dense(width, activation="relu")(x)
        x = layers.GlobalAveragePooling1D()(x)
        return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))

    return build


class BuiltIn:
    """A built-in workload: its model in either compile state and its input."""

    def __init__(self, name: str, framework: Framework) -> None:
        width = width_of(name)
        if width is None and name not in BUILDERS:
            raise UsageError(f"unknown workload {name!r}")
        if width is None:
            self._builder, self._shape = BUILDERS[name]
        else:
            self._builder, self._shape = build_scaled(width), (POSITIONS, FEATURES)
        self._framework = framework
        self._models: dict[tuple[str, int], Any] = {}
        self._inputs: dict[int, Any] = {}

    def build(self, compile_state: str, batch_size: int) -> tuple[Any, str]:
        """Return the model, its weights the same in every process, and how it came to be in its state."""
        key = (compile_state, batch_size)
        if key not in self._models:
            self._framework.seed(SEED)
            model = self._builder(self._framework.keras, batch_size)
            if compile_state == "compiled":
                model.compile(loss=LOSS, optimizer=OPTIMIZER)
            self._models[key] = model
        made_by = f"compile(loss={LOSS!r}, optimizer={OPTIMIZER!r})"
        return self._models[key], made_by if compile_state == "compiled" else "never compiled"

    def notes(self, compile_state: str) -> list[str]:
        """Return no notes: a built-in model needs none."""
        return []

    def any_state(self, batch_size: int) -> Any:
        """Return the model in a state that is always available."""
        return self.build("compiled", batch_size)[0]

    def inputs(self, rows: int) -> tuple[Any, list[str]]:
        """Return a float32 array of ``rows`` rows, the same in every process, and no notes.

        It is made once: all variants of so many rows share it.
        """
        import numpy

        if rows not in self._inputs:
            random = numpy.random.RandomState(SEED)
            self._inputs[rows] = random.random_sample((rows, *self._shape)).astype("float32")
        return self._inputs[rows], []

    def fixed_batch_size(self) -> int | None:
        """Return None: the model is built for the batch size that is asked for."""
        return None

    def fixed_rows(self) -> int | None:
        """Return None: the input has as many rows as are asked for."""
        return None


class Given:
    """The user's own model and its input."""

    def __init__(self, workload: WorkloadSpec, framework: Framework) -> None:
        self._input = GivenInput(workload, framework)
        self._model = GivenModel(str(workload.model), self._input, framework, workload.signature)
        self._arrays: dict[int, tuple[Any, list[str]]] = {}

    def build(self, compile_state: str, batch_size: int) -> tuple[Any, str]:
        """Return the model in a compile state, and how it came to be in it."""
        self._input.require(batch_size)
        return self._model.build(compile_state)

    def notes(self, compile_state: str) -> list[str]:
        """Return what to tell the user about a state that has been built."""
        return self._model.notes(compile_state)

    def any_state(self, batch_size: int) -> Any:
        """Return the model as given: the other compile state may be unavailable."""
        self._input.require(batch_size)
        return self._model.as_given()

    def inputs(self, rows: int) -> tuple[Any, list[str]]:
        """Return ``rows`` rows for every input of the model, and what to tell the user about them.

        Raises:
            UsageError: there is no input and the values cannot be drawn, or it does not fit.
        """
        if self._input.batched() is not None:
            return self._input.rows(self._model.inputs(), rows)
        if rows not in self._arrays:
            self._arrays[rows] = self._input.rows(self._model.inputs(), rows)
        return self._arrays[rows]

    def fixed_batch_size(self) -> int | None:
        """Return the batch size that the model or its input demands, or None."""
        batched = self._input.batched()
        return self._model.fixed_batch_size() if batched is None else batched.batch_size

    def fixed_rows(self) -> int | None:
        """Return the rows that one call has to take, or None."""
        batched = self._input.batched()
        return None if batched is None else batched.rows


def open_workload(workload: WorkloadSpec, framework: Framework) -> BuiltIn | Given:
    """Return the workload that a spec describes."""
    if workload.model:
        return Given(workload, framework)
    return BuiltIn(workload.name, framework)
