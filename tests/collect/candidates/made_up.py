"""A model, a TensorFlow and runtimes that are made up: they double what they are given, and keep how."""

from types import SimpleNamespace

import numpy as np

from profiler.collect.candidates import Subject
from tests.collect.fakes import MadeUp

X = np.arange(6, dtype="float32").reshape(3, 2)


class Tensor:
    """What a framework returns: an array once it is asked for one."""

    def __init__(self, value):
        self.value = value

    def numpy(self):
        return self.value

    def __getitem__(self, rows):
        return Tensor(self.value[rows])


class Model:
    """Doubles its input, and keeps how it was called."""

    def __init__(self):
        self.got = []

    def __call__(self, x, training):
        self.got.append(("call", len(x), training))
        return Tensor(2 * x)

    def predict(self, x, **options):
        x = x.held if isinstance(x, Dataset) else x
        self.got.append(("predict", len(x), options))
        return 2 * x

    def predict_on_batch(self, x):
        self.got.append(("predict_on_batch", len(x)))
        return 2 * x

    def export(self, path, **options):
        self.got.append(("export", options))
        with open(path, "w"):  # noqa: PTH123
            pass


class Dataset:
    """A dataset of one batch."""

    made = 0

    def __init__(self, held):
        self.held = held
        self.options = None

    @classmethod
    def from_tensors(cls, held):
        cls.made += 1
        return cls(held)

    def with_options(self, options):
        self.options = options
        return self


class TensorFlow(SimpleNamespace):
    """The parts of TensorFlow that candidates call; ``functions`` are the options of each tf.function."""

    def __init__(self):
        self.functions = []
        super().__init__(
            __version__="9.9",
            TensorSpec=lambda shape, dtype: ("spec", tuple(shape), np.dtype(dtype).name),
            data=SimpleNamespace(Options=options, Dataset=Dataset),
            saved_model=SimpleNamespace(load=lambda path: SimpleNamespace(serve=lambda x: Tensor(2 * x))),
            lite=SimpleNamespace(
                TFLiteConverter=SimpleNamespace(
                    from_keras_model=lambda model: SimpleNamespace(convert=lambda: b"lite")
                )
            ),
        )

    def function(self, step, **options):
        self.functions.append(options)
        return step


def options():
    return SimpleNamespace(
        autotune=SimpleNamespace(enabled=True),
        experimental_optimization=SimpleNamespace(apply_default_optimizations=True),
        threading=SimpleNamespace(),
    )


def subject(tmp_path, model=None, x=X, varies=False, calls_per_batch=None):
    return Subject(model or Model(), MadeUp(), 32, x, varies, calls_per_batch, str(tmp_path))
