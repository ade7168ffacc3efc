"""A model of a nested model, a layer that is used twice and two parallel branches."""

from __future__ import annotations

from typing import Any


def make() -> Any:
    """Return the model: 256 features, outputs of 8 and 256."""
    from tensorflow import keras  # noqa: PLC0415  the worker decides when TensorFlow is imported

    def encoder() -> Any:
        inside = keras.Input((256,))
        hidden = keras.layers.Dense(256, activation="relu", name="dense")(inside)
        return keras.Model(inside, keras.layers.Dense(256, name="dense_1")(hidden), name="encoder")

    start = keras.Input((256,))
    nested = encoder()
    shared = keras.layers.Dense(256, activation="tanh", name="shared")
    left = shared(keras.layers.Dense(256, name="dense")(start))
    right = shared(nested(start))
    joined = keras.layers.Concatenate(name="joined")([left, right])
    return keras.Model(start, [keras.layers.Dense(8, name="dense_1")(joined), nested(right)])
