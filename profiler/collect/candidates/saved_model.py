"""The signature of a SavedModel that the model is exported to."""

from __future__ import annotations

import os
from typing import Any

from ..entry_points import Step
from . import Subject, UnsuitableError, Way, complete


def prepare(subject: Subject) -> Way:
    """Export the model, load what was exported, and return its signature for inference."""
    import tensorflow as tf

    loaded = tf.saved_model.load(exported(subject))
    serve = getattr(loaded, "serve", None)
    if serve is None:
        raise UnsuitableError("what export() wrote has no function to call")

    def step(x: Any, held: Any = loaded) -> Any:  # a signature does not keep the variables that it reads
        return serve(x)

    return Way(complete(Step(step, {}), subject))


def exported(subject: Subject) -> str:
    """Export the model for inference and return the folder of the SavedModel.

    Raises:
        UnsuitableError: this Keras cannot export.
    """
    if not hasattr(subject.model, "export"):
        raise UnsuitableError("this Keras has no model.export()")
    path = os.path.join(subject.folder, "exported")
    subject.model.export(path)
    return path
