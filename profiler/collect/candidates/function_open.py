"""``tf.function`` with a signature that leaves the number of rows open: traced once."""

from __future__ import annotations

from typing import Any

from ..entry_points import Step
from . import Subject, Way, complete


def prepare(subject: Subject) -> Way:
    """Return the model's step, traced for any number of rows."""
    return Way(complete(Step(traced(subject), {}), subject))


def traced(subject: Subject, **options: Any) -> Any:
    """Return a ``tf.function`` around the model with an open signature, and these options of its own."""
    import tensorflow as tf

    model = subject.model

    def specified(array: Any) -> Any:
        return tf.TensorSpec((None, *array.shape[1:]), array.dtype)

    signature = subject.framework.map_structure(specified, subject.x)
    return tf.function(lambda x: model(x, training=False), input_signature=[signature], **options)
