"""Compares outputs with predict's, and finds out what of a model decides whether they can be the same."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, List, Sequence

from ...protocol.advising import Compared, ModelFacts
from ...protocol.outputs import OutputDifference
from .. import outputs, reasons
from ..outputs import Arrays
from .inputs import Case, Pool

Predict = Callable[[Any], Any]
# Keras's own layers that do something else in training, whatever their ``call`` takes.
IN_TRAINING = (
    "Dropout",
    "BaseSpatialDropout",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "AlphaDropout",
    "GaussianDropout",
    "GaussianNoise",
    "BatchNormalization",
    "BaseImageAugmentationLayer",
    "BaseImagePreprocessingLayer",
    "RandomFlip",
    "RandomRotation",
    "RandomZoom",
    "RandomContrast",
    "RandomCrop",
    "RandomTranslation",
    "RandomBrightness",
)


class Reference:
    """Predict's outputs on each input, computed once.

    Args:
        predict: makes one predict.
        model: the Keras model.
    """

    def __init__(self, predict: Predict, model: Any) -> None:
        self._predict = predict
        self._model = model
        self._coarsest = outputs.coarsest_of(model)
        self._known: Dict[str, Arrays] = {}

    def arrays(self, case: Case) -> Arrays:
        """Return predict's outputs on an input."""
        if case.name not in self._known:
            outputs.forget(self._model)
            self._known[case.name] = outputs.arrays_of(self._predict(case.x))
        return self._known[case.name]

    def compared(self, entry: Predict, cases: Sequence[Case]) -> List[Compared]:
        """Return how the outputs of a way to call lie from predict's, on each input."""
        found = []
        for case in cases:
            expected = self.arrays(case)
            outputs.forget(self._model)
            got = outputs.arrays_of(entry(case.x))
            found.append(Compared(case.name, outputs.difference(got, expected, self._coarsest)))
        return found


def look_at(predict: Predict, model: Any, pool: Pool, rows: List[int], sizes: List[int]) -> ModelFacts:
    """Return what decides whether other calls can give the same outputs as predict.

    Args:
        predict: makes one predict.
        model: the Keras model.
        pool: rows to cut inputs from.
        rows: of the measured calls.
        sizes: the numbers of rows that there can be.
    """
    coarsest = outputs.coarsest_of(model)
    largest = max(sizes)
    x = pool.rows(largest)
    outputs.forget(model)
    first = outputs.arrays_of(predict(x))
    again = outputs.difference(outputs.arrays_of(predict(x)), first, coarsest)
    settled = again
    if not again.same:
        outputs.forget(model)
        settled = outputs.difference(outputs.arrays_of(predict(x)), first, coarsest)
    outputs.forget(model)
    other = outputs.arrays_of(predict(pool.others(largest)))
    varying = None if again.same else again
    layers = list(outputs.layers_of(model))
    return ModelFacts(
        rows=rows,
        sizes=len(sizes),
        smallest_rows=min(sizes),
        largest_rows=largest,
        arrays=[outputs.described(name, array) for name, array in first.items()],
        varying=varying,
        stateful=_named(layers, lambda one: bool(getattr(one, "stateful", False)) and one is not model),
        state_matters=varying is not None and settled.same,
        constant=outputs.difference(other, first, coarsest).same,
        batch_dependent=None if varying else _batch_dependence(predict, pool, largest, coarsest),
        training_layers=_named(layers, _trains_otherwise),
        function_layers=_named(layers, _is_function),
        structured=not hasattr(x, "shape"),
    )


def _batch_dependence(
    predict: Predict, pool: Pool, largest: int, coarsest: float
) -> "OutputDifference | None":
    """Return how rows' outputs differ when other rows stand beside them; None where they do not."""
    rows = largest if largest > 1 else 2
    try:
        alone = outputs.arrays_of(predict(pool.rows(rows)))
        beside = outputs.arrays_of(predict(pool.mixed(rows)))
    except reasons.ANYTHING:  # such as a model that takes one row alone
        return None
    half = rows // 2
    kept = [name for name, one in alone.items() if one.ndim and len(one) == rows]
    found = outputs.difference(
        {name: beside[name][:half] for name in kept}, {name: alone[name][:half] for name in kept}, coarsest
    )
    return None if found.same else found


def _named(layers: List[Any], chosen: Callable[[Any], bool]) -> List[str]:
    return list(dict.fromkeys(str(getattr(one, "name", "?")) for one in layers if chosen(one)))


def _trains_otherwise(layer: Any) -> bool:
    names = {kind.__name__ for kind in type(layer).__mro__}
    if names & set(IN_TRAINING):
        return True
    return _is_own(layer) and "training" in _parameters(layer)


def _is_own(layer: Any) -> bool:
    """Return whether a layer's class is the user's own, and no model."""
    origin = type(layer).__module__.partition(".")[0]
    return origin not in ("keras", "tensorflow", "tf_keras") and not hasattr(layer, "layers")


def _parameters(layer: Any) -> List[str]:
    call = inspect.getattr_static(type(layer), "call", None)
    code = getattr(call, "__code__", None)
    return [] if code is None else list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def _is_function(layer: Any) -> bool:
    """Return whether a layer's ``call`` is a ``tf.function`` itself, in its class or put there."""
    call = inspect.getattr_static(type(layer), "call", None)
    return any(hasattr(one, "get_concrete_function") for one in (call, getattr(layer, "call", None)))
