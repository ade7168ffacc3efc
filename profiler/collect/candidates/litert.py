"""LiteRT on one thread; each number of rows has an interpreter of its own, resized for it."""

from __future__ import annotations

from typing import Any, Dict

from ..entry_points import Step
from . import Subject, UnsuitableError, Way, complete, rows_of


def prepare(subject: Subject) -> Way:
    """Convert the model and return an interpreter's call.

    Raises:
        UnsuitableError: the model takes or gives several arrays.
    """
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    converted = tf.lite.TFLiteConverter.from_keras_model(subject.model).convert()
    if hasattr(subject.x, "keys") or isinstance(subject.x, (list, tuple)):
        raise UnsuitableError("takes one array alone here, the model takes several")
    interpreters: Dict[int, Any] = {}

    def of_rows(x: Any) -> Any:
        rows = rows_of(x, subject.framework)
        if rows not in interpreters:
            made = Interpreter(model_content=converted, num_threads=1)
            # without strict, another width gives wrong rows and no error
            made.resize_tensor_input(made.get_input_details()[0]["index"], list(x.shape), strict=True)
            made.allocate_tensors()
            if len(made.get_output_details()) != 1:
                raise UnsuitableError("gives one array alone here, the model gives several")
            interpreters[rows] = made
        return interpreters[rows]

    def step(x: Any) -> Any:
        interpreter = of_rows(x)
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    return Way(complete(Step(step, {}), subject))
