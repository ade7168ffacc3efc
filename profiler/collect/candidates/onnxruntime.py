"""ONNX Runtime on one thread, with the model exported by Keras."""

from __future__ import annotations

import os
from typing import Any

from ..entry_points import Step
from . import Subject, UnsuitableError, Way, complete


def prepare(subject: Subject) -> Way:
    """Export the model and return a session's call.

    Raises:
        UnsuitableError: the model takes or gives several arrays, or this Keras cannot export.
    """
    import onnxruntime

    if hasattr(subject.x, "keys") or isinstance(subject.x, (list, tuple)):
        raise UnsuitableError("takes one array alone here, the model takes several")
    if not hasattr(subject.model, "export"):
        raise UnsuitableError("this Keras has no model.export()")
    path = os.path.join(subject.folder, "model.onnx")
    subject.model.export(path, format="onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    if len(session.get_outputs()) != 1:
        raise UnsuitableError("gives one array alone here, the model gives several")
    name = session.get_inputs()[0].name

    def step(x: Any) -> Any:
        return session.run(None, {name: x})[0]

    return Way(complete(Step(step, {}), subject))
