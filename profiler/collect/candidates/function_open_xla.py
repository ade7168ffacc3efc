"""``tf.function`` compiled by XLA with an open signature: traced once, compiled once for each shape."""

from __future__ import annotations

from . import Subject, UnsuitableError, Way
from .function_fixed_xla import in_powers_of_two
from .function_open import traced


def prepare(subject: Subject) -> Way:
    """Return the model's step, traced for any number of rows and compiled by XLA.

    Raises:
        UnsuitableError: this TensorFlow's ``tf.function`` does not know ``jit_compile``.
    """
    try:
        step = traced(subject, jit_compile=True)
    except TypeError as error:
        raise UnsuitableError(f"TensorFlow {subject.framework.version} has no jit_compile") from error
    return in_powers_of_two(step, subject)
