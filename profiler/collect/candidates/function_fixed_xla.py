"""``tf.function`` compiled by XLA, traced and compiled once for each shape."""

from __future__ import annotations

from typing import Any

from ..entry_points import Step
from . import Subject, UnsuitableError, Way, complete, rows_of


def prepare(subject: Subject) -> Way:
    """Return the model's step, compiled by XLA.

    Raises:
        UnsuitableError: this TensorFlow's ``tf.function`` does not know ``jit_compile``.
    """
    import tensorflow as tf

    model = subject.model
    try:
        step = tf.function(lambda x: model(x, training=False), jit_compile=True)
    except TypeError as error:
        raise UnsuitableError(f"TensorFlow {tf.__version__} has no jit_compile") from error
    return in_powers_of_two(step, subject)


def in_powers_of_two(step: Any, subject: Subject) -> Way:
    """Return a step that sees few numbers of rows: where they vary, they are padded to powers of two."""
    if not subject.varies:
        return Way(complete(Step(step, {}), subject))
    framework = subject.framework

    def padded(x: Any) -> Any:
        rows = rows_of(x, framework)
        outputs = step(framework.map_structure(_padding(power_of_two(rows) - rows), x))
        return framework.map_structure(lambda one: one[:rows], outputs)

    return Way(complete(Step(padded, {}), subject), power_of_two)


def power_of_two(rows: int) -> int:
    """Return the smallest power of two that is not below a number of rows."""
    return 1 << (rows - 1).bit_length()


def _padding(more: int) -> Any:
    import numpy

    return lambda array: numpy.pad(array, [(0, more)] + [(0, 0)] * (array.ndim - 1))
