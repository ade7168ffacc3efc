"""The inputs of a trial: those of the measured calls, and those on which outputs are compared."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Tuple

from ...protocol.errors import UsageError
from ...protocol.vocabulary import counted
from ..batched import Batched
from ..frameworks import Framework
from ..models.built_in import BuiltIn, Given


class Pool:
    """Rows to cut inputs from: twice those of the largest call, so that another one has other values.

    Args:
        workload: gives the rows.
        framework: what the model runs on.
        largest: the rows of the largest call.
        batch_size: the rows of a batch of predict.

    Raises:
        UsageError: the input comes in batches of its own.
    """

    def __init__(
        self, workload: "BuiltIn | Given", framework: Framework, largest: int, batch_size: int
    ) -> None:
        found, self.notes = workload.inputs(2 * max(largest, batch_size))
        if isinstance(found, Batched):
            raise UsageError(
                f"ways to call are tried on arrays, not on a {found.kind}", to_do="give .npy or .npz"
            )
        self._all = found
        self._framework = framework
        self._largest = max(largest, batch_size)
        self._cut: Dict[Tuple[int, int], Any] = {}

    def rows(self, count: int) -> Any:
        """Return the first rows; the same object each time."""
        return self._of(0, count)

    def others(self, count: int) -> Any:
        """Return rows with other values."""
        return self._of(self._largest, count)

    def mixed(self, count: int) -> Any:
        """Return the first half of `rows`, followed by rows with other values."""
        half = count // 2
        first, rest = self.rows(half), self.others(count - half)
        return self._framework.map_structure(self._joined, first, rest)

    def _joined(self, *arrays: Any) -> Any:
        import numpy

        if hasattr(arrays[0], "numpy"):  # texts are the only input that is no array
            return self._framework.texts(numpy.concatenate([one.numpy() for one in arrays]))
        return numpy.concatenate(arrays)

    def _of(self, begin: int, count: int) -> Any:
        key = (begin, count)
        if key not in self._cut:
            self._cut[key] = cut(self._all, begin, begin + count, self._framework)
        return self._cut[key]


def cut(x: Any, begin: int, end: int, framework: Framework) -> Any:
    """Return some rows of an input."""
    return framework.map_structure(_slicing(begin, end), x)


def _slicing(begin: int, end: int) -> Callable[[Any], Any]:
    return lambda array: array[begin:end]


class Case(NamedTuple):
    """An input on which outputs are compared."""

    name: str
    x: Any


MOST_SIZES = 3


def cases(pool: Pool, sizes: List[int], batch_size: int, fixed: bool, slow: bool) -> Iterator[Case]:
    """Yield the inputs on which outputs are compared: the rows asked for, other values, a rest of a batch.

    Args:
        pool: rows to cut from.
        sizes: the numbers of rows that there can be.
        batch_size: the rows of a batch of predict.
        fixed: whether the model takes batches of that size alone.
        slow: whether a call takes so long that two have to do.
    """
    ordered = sorted(set(sizes))
    chosen = dict.fromkeys((ordered[-1], ordered[0], ordered[len(ordered) // 2]))
    for count in list(chosen)[: 1 if slow else MOST_SIZES]:
        yield Case(counted(count, "row"), pool.rows(count))
    yield Case(f"{counted(ordered[-1], 'row')} of other values", pool.others(ordered[-1]))
    if not fixed and not slow:
        rest = batch_size + max(1, batch_size // 3)
        yield Case(f"{counted(rest, 'row')}, an incomplete last batch", pool.rows(rest))
