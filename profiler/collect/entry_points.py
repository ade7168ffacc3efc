"""The calls that are timed: what ``predict``, ``predict_on_batch``, ``call`` and ``function`` are."""

from __future__ import annotations

from typing import Any, Callable

from .harness import Call


def make_call(entry_point: str, model: Any, x: Any, rows: int, batch_size: int, tensorflow: Any) -> Call:
    """Return the `Call` of an entry point: ``rows`` rows, complete when its outputs are NumPy arrays.

    ``x`` is an array or a structure of them.
    """
    if entry_point == "predict":
        return Call(model.predict, (x,), {"batch_size": batch_size, "verbose": 0})
    step = _steps(model, tensorflow)[entry_point]()
    if rows <= batch_size:
        return Call(step, (x,), {})
    return Call(_in_batches(step, rows, batch_size, tensorflow), (x,), {})


def _steps(model: Any, tensorflow: Any) -> dict[str, Callable[[], Callable[[Any], Any]]]:
    nest = tensorflow.nest

    def array(output: Any) -> Any:
        # predict_on_batch of TensorFlow 2.0 returns tensors for a compiled model, arrays otherwise.
        return output.numpy() if hasattr(output, "numpy") else output

    def to_numpy(outputs: Any) -> Any:
        return nest.map_structure(array, outputs)

    def predict_on_batch() -> Callable[[Any], Any]:
        return lambda x: to_numpy(model.predict_on_batch(x))

    def call() -> Callable[[Any], Any]:
        return lambda x: to_numpy(model(x, training=False))

    def function() -> Callable[[Any], Any]:
        traced = tensorflow.function(lambda x: model(x, training=False))
        return lambda x: to_numpy(traced(x))

    return {"predict_on_batch": predict_on_batch, "call": call, "function": function}


def _in_batches(
    step: Callable[[Any], Any], rows: int, batch_size: int, tensorflow: Any
) -> Callable[[Any], Any]:
    map_structure = tensorflow.nest.map_structure

    def batch(x: Any, start: int) -> Any:
        return map_structure(lambda array: array[start : start + batch_size], x)

    def run(x: Any) -> Any:
        return [step(batch(x, start)) for start in range(0, rows, batch_size)]

    return run
