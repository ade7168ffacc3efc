"""The signature of a SavedModel as a Keras model, for folders that this Keras cannot load as a model.

Keras 3 wraps a signature as `keras.layers.TFSMLayer`; with Keras 2 a layer of our own does the same around
``tf.saved_model.load``. Around the layer goes a model with an input for each of the signature's, so that it
is called and measured as any other model.
"""

from __future__ import annotations

from typing import Any

from ...protocol.errors import UsageError
from ...protocol.vocabulary import default_signature
from ..frameworks import Framework

# TensorFlow's own, which initialise and train
INTERNAL = "__saved_model_"


def loads_signatures_alone(keras: Any) -> bool:
    """Return whether this Keras cannot load a SavedModel as a model, which is so from Keras 3 on."""
    return hasattr(keras.layers, "TFSMLayer")


def open_signature(path: str, name: str | None, framework: Framework) -> tuple[Any, str]:
    """Return a signature of a SavedModel as a Keras model, and what was wrapped, in words.

    Args:
        path: the folder.
        name: the signature's name; None for the default one.
        framework: what loads it, and whose Keras makes a model of it.

    Raises:
        UsageError: there is none of the name, or one whose inputs are no rows.
    """
    loaded, keras = framework.saved_model(path), framework.keras
    names = sorted(one for one in loaded.signatures if not one.startswith(INTERNAL))
    name = name or default_signature(names)
    if name not in names:
        raise UsageError(f"has no signature {name!r} (it has {', '.join(names) or 'none'})", path)
    specs = loaded.signatures[name].structured_input_signature[1]
    inputs = {key: _input(key, spec, keras, path) for key, spec in sorted(specs.items())}
    if not inputs:
        raise UsageError(f"its signature {name!r} takes nothing, so there are no rows to predict", path)
    taken = next(iter(inputs.values())) if len(inputs) == 1 else inputs
    layer, way = _layer(path, name, loaded, keras, bool(len(inputs) > 1))
    return keras.Model(taken, layer(taken)), f"signature {name} of a SavedModel ({way})"


def _input(name: str, spec: Any, keras: Any, path: str) -> Any:
    if spec.shape.rank is None or spec.shape.rank == 0:
        shape = "of unknown rank" if spec.shape.rank is None else "a single value"
        raise UsageError(f"its input {name!r} is {shape}, no rows", path)
    rows, *shape = spec.shape.as_list()
    return keras.Input(shape=tuple(shape), batch_size=rows, dtype=spec.dtype.name, name=name)


def _layer(path: str, name: str, loaded: Any, keras: Any, by_name: bool) -> tuple[Any, str]:
    """Return the layer that calls a signature, and how it was made; ``by_name``: it takes a dictionary."""
    wrapper = getattr(keras.layers, "TFSMLayer", None)
    if wrapper is None:
        return _of_keras_2(loaded, name, keras, by_name), "tf.saved_model.load"
    if not by_name:
        return wrapper(path, call_endpoint=name), "TFSMLayer"

    class SignatureByName(wrapper):  # type: ignore[misc, valid-type]
        def call(self, inputs: Any, training: bool = False) -> Any:
            return loaded.signatures[name](**inputs)

    return SignatureByName(path, call_endpoint=name), "TFSMLayer, inputs by name"


def _of_keras_2(loaded: Any, name: str, keras: Any, by_name: bool) -> Any:
    function = loaded.signatures[name]

    class Signature(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            # what is not held here is freed, and its variables with it
            self.loaded = loaded
            self._trainable_weights.extend(function.trainable_variables)

        def call(self, inputs: Any) -> Any:
            return function(**inputs) if by_name else function(inputs)

    return Signature()
