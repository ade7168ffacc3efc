"""``predict`` on a ``tf.data.Dataset`` that is made once, without the threads that tune it."""

from __future__ import annotations

from typing import Any

from . import Subject, Way


def prepare(subject: Subject) -> Way:
    """Return predict on a dataset that holds one input; another input makes another dataset."""
    import tensorflow as tf

    options = tf.data.Options()
    if hasattr(options, "autotune"):
        options.autotune.enabled = False
    else:
        options.experimental_optimization.autotune = False
    options.experimental_optimization.apply_default_optimizations = False
    threading = getattr(options, "threading", None) or options.experimental_threading
    threading.private_threadpool_size = 1
    threading.max_intra_op_parallelism = 1
    predict, made = subject.model.predict, _Made(tf, options)
    return Way(lambda x: predict(made.of(x), verbose=0))


class _Made:
    """The dataset of the last input."""

    def __init__(self, tf: Any, options: Any) -> None:
        self._tf = tf
        self._options = options
        self._x: Any = None
        self._dataset: Any = None

    def of(self, x: Any) -> Any:
        """Return the dataset that holds an input as its only batch."""
        if x is not self._x:
            # inputs in a list would be taken for one array
            held = tuple(x) if isinstance(x, list) else x
            held = (held,) if isinstance(held, tuple) else held
            self._dataset = self._tf.data.Dataset.from_tensors(held).with_options(self._options)
            self._x = x
        return self._dataset
