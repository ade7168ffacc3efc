"""The calls that are timed: what ``predict``, ``predict_on_batch``, ``call`` and ``function`` are.

A call is complete when its outputs are NumPy arrays, so what converts them belongs to it. The first call
converts any outputs and learns their kind; the later ones do only what that kind needs: nothing for arrays,
``outputs.numpy()`` for one tensor. A window then holds nothing that predict's does not: for tiny, a walk
through the structure of the outputs in every call took 6 to 20 us of 0.2 to 0.7 ms; now an array adds
nothing, and a tensor 1 to 7 us, its own conversion included (``benchmarks/measure_call_wrapping.py``).
"""

from __future__ import annotations

import abc
from operator import methodcaller
from typing import Any, Callable, Dict, Iterable, Iterator, NamedTuple, Optional

from .batched import Batched
from .frameworks import Framework
from .harness import Call

Convert = Optional[Callable[[Any], Any]]


class Calls(abc.ABC):
    """The calls of one entry point, each complete when its outputs are NumPy arrays."""

    @abc.abstractmethod
    def first(self) -> Call:
        """Return the first call."""

    @abc.abstractmethod
    def later(self) -> Call:
        """Return what every call is once the first one has been made."""

    def joined(self, outputs: Any) -> Any:
        """Return a call's outputs, those of all its batches joined as predict's are."""
        return outputs


def calls_of(entry_point: str, model: Any, x: Any, rows: int, batch_size: int, framework: Framework) -> Calls:
    """Return the calls of an entry point.

    Args:
        entry_point: its name.
        model: the Keras model.
        x: an array or a structure of them, or batches.
        rows: the rows of x.
        batch_size: the rows of a batch; all entry points but predict are called once for each.
        framework: what the model runs on.

    Raises:
        UsageError: an entry point that cannot take such batches.
    """
    if entry_point == "predict":
        if isinstance(x, Batched):
            return _Predict(x.predict(model))
        return _Predict(Call(model.predict, (x,), {"batch_size": batch_size, "verbose": 0}))
    taken = step(entry_point, model, framework)
    if isinstance(x, Batched):
        kept = x.kept()
        return _Steps(taken, kept[0] if len(kept) == 1 else kept, len(kept), iter, framework)
    starts = range(0, rows, batch_size)
    return _Steps(taken, x, len(starts), lambda whole: _cut(whole, starts, framework), framework)


def first_batch(x: Any, rows: int, batch_size: int, framework: Framework) -> Any:
    """Return the first batch of what `calls_of` takes.

    Raises:
        UsageError: batches that are too large to be kept.
    """
    if isinstance(x, Batched):
        return x.kept()[0]
    return next(_cut(x, range(0, rows, batch_size), framework))


class Step(NamedTuple):
    """One batch through an entry point: ``entry(x, **kwargs)`` returns what the framework returns."""

    entry: Callable[..., Any]
    kwargs: Dict[str, Any]


def step(entry_point: str, model: Any, framework: Framework) -> Step:
    """Return one batch through an entry point other than predict."""
    return _STEPS[entry_point](model, framework)


class _Predict(Calls):
    def __init__(self, call: Call) -> None:
        self._call = call

    def first(self) -> Call:
        return self._call

    def later(self) -> Call:
        return self._call


class _Steps(Calls):
    """The first call learns what the later ones have to convert."""

    def __init__(
        self, taken: Step, x: Any, count: int, cut: Callable[[Any], Iterable[Any]], framework: Framework
    ) -> None:
        self._step = taken
        self._x = x
        self._count = count
        self._cut = cut
        self._framework = framework
        self._convert: Convert = None
        self._is_learned = False

    def first(self) -> Call:
        entry, kwargs = self._step

        def learn(x: Any) -> Any:
            outputs = entry(x, **kwargs)
            self._convert = converter(outputs, self._framework)
            self._is_learned = True
            return outputs if self._convert is None else self._convert(outputs)

        return self._over_batches(learn, {})

    def later(self) -> Call:
        if not self._is_learned:
            raise RuntimeError("the first call has not been made")
        entry, kwargs = self._step
        convert = self._convert
        if convert is None:
            return self._over_batches(entry, kwargs)
        return self._over_batches(lambda x: convert(entry(x, **kwargs)), {})

    def joined(self, outputs: Any) -> Any:
        return outputs if self._count == 1 else self._framework.map_structure(_joined, *outputs)

    def _over_batches(self, entry: Callable[..., Any], kwargs: Dict[str, Any]) -> Call:
        if self._count == 1:
            return Call(entry, (self._x,), kwargs)
        return Call(lambda x: [entry(batch, **kwargs) for batch in self._cut(x)], (self._x,), {})


def _cut(x: Any, starts: range, framework: Framework) -> Iterator[Any]:
    for start in starts:
        if hasattr(x, "shape"):
            yield x[start : start + starts.step]
        else:
            yield framework.map_structure(_slicing(start, start + starts.step), x)


def _joined(*batches: Any) -> Any:
    import numpy

    return numpy.concatenate(batches)


def _slicing(start: int, end: int) -> Callable[[Any], Any]:
    return lambda array: array[start:end]


def converter(outputs: Any, framework: Framework) -> Convert:
    """Return what turns outputs of this kind into NumPy arrays; None where they are arrays already.

    ``predict_on_batch`` of TensorFlow 2.0 returns tensors for a compiled model, arrays otherwise.
    """
    if hasattr(outputs, "numpy"):
        return methodcaller("numpy")
    leaves = framework.flatten(outputs)
    if not any(hasattr(leaf, "numpy") for leaf in leaves):
        return None
    if type(outputs) is list and all(hasattr(one, "numpy") for one in outputs):
        return lambda tensors: [tensor.numpy() for tensor in tensors]
    return lambda structure: framework.map_structure(_array, structure)


def _array(output: Any) -> Any:
    return output.numpy() if hasattr(output, "numpy") else output


def _predict_on_batch(model: Any, framework: Framework) -> Step:
    return Step(model.predict_on_batch, {})


def _call(model: Any, framework: Framework) -> Step:
    return Step(model, {"training": False})


def _function(model: Any, framework: Framework) -> Step:
    return Step(framework.function(lambda x: model(x, training=False)), {})


_STEPS: Dict[str, Callable[[Any, Framework], Step]] = {
    "predict_on_batch": _predict_on_batch,
    "call": _call,
    "function": _function,
}
