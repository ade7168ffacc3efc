"""Several inputs in one ``predict_on_batch``: concatenated before it, and its outputs parted after it."""

from __future__ import annotations

from typing import Any, Callable, List

from .. import entry_points
from . import Subject, UnsuitableError, Way, complete, rows_of


def prepare(subject: Subject) -> Way:
    """Return a call that takes a list of inputs and gives a list of outputs.

    Raises:
        UnsuitableError: nobody said how many inputs are at hand at once.
    """
    if subject.calls_per_batch is None:
        raise UnsuitableError("nobody said how many inputs are at hand at once")
    framework = subject.framework
    step = complete(entry_points.step("predict_on_batch", subject.model, framework), subject)

    def coalesced(inputs: List[Any]) -> List[Any]:
        rows = [rows_of(x, framework) for x in inputs]
        outputs = step(framework.map_structure(_joined, *inputs))
        parted, begin = [], 0
        for count in rows:
            parted.append(framework.map_structure(_cut(begin, begin + count), outputs))
            begin += count
        return parted

    return Way(coalesced, inputs_per_call=subject.calls_per_batch)


def _joined(*arrays: Any) -> Any:
    import numpy

    return numpy.concatenate(arrays)


def _cut(begin: int, end: int) -> Callable[[Any], Any]:
    return lambda array: array[begin:end]
