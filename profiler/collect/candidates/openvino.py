"""OpenVINO in float32, with the model exported as a SavedModel."""

from __future__ import annotations

from typing import Any

from ..entry_points import Step
from . import Subject, UnsuitableError, Way, complete
from .saved_model import exported


def prepare(subject: Subject) -> Way:
    """Export and convert the model, and return a compiled model's call.

    Raises:
        UnsuitableError: the model takes or gives several arrays, or this Keras cannot export.
    """
    import openvino

    if hasattr(subject.x, "keys") or isinstance(subject.x, (list, tuple)):
        raise UnsuitableError("takes one array alone here, the model takes several")
    converted = openvino.convert_model(exported(subject))
    # by default it computes in bfloat16 where the processor can
    compiled = openvino.Core().compile_model(converted, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    if len(compiled.outputs) != 1:
        raise UnsuitableError("gives one array alone here, the model gives several")

    def step(x: Any) -> Any:
        return compiled(x)[0]

    return Way(complete(Step(step, {}), subject))
