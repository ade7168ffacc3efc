"""The built-in models and their inputs, seeded, float32.

Both are those of the published study (layers, sizes and batch as given there).
"""

from __future__ import annotations

from typing import Any, Callable

from ..protocol.errors import UsageError

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


def build(workload: str, compile_state: str, batch_size: int, tensorflow: Any) -> Any:
    """Return a built-in model in the wanted compile state, its weights the same in every process."""
    if workload not in BUILDERS:
        raise UsageError(f"unknown workload {workload!r}")
    keras = tensorflow.keras
    tensorflow.random.set_seed(SEED)
    model = BUILDERS[workload][0](keras, batch_size)
    if compile_state == "compiled":
        model.compile(loss=LOSS, optimizer=OPTIMIZER)
    return model


def inputs(workload: str, rows: int, numpy: Any) -> Any:
    """Return a float32 array of ``rows`` rows, the same in every process."""
    shape = BUILDERS[workload][1]
    return numpy.random.RandomState(SEED).random_sample((rows, *shape)).astype("float32")
