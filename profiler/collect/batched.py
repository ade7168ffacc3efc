"""Input that comes in batches of its own: a ``tf.data.Dataset``, a ``Sequence``, a generator.

``predict`` takes it as it is, through its own adapter, all of it in one call. It is gone through once before
anything is measured, which tells its rows, and leaves its batches as arrays for the other entry points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable, Iterator, Optional, Sequence

from ..protocol.errors import UsageError
from .frameworks import Framework
from .harness import Call

MOST_BATCHES = 10_000
MOST_KEPT_BYTES = 512 << 20
INFINITE = -1


@dataclass(frozen=True)
class Batched:
    """A user's input in batches.

    Attributes:
        make: returns what predict takes; of a generator a new one at each call.
        kind: what it is, in a word.
        used_up: whether one predict uses it up.
        rows: the rows of all batches.
        batch_size: the rows of the first batch.
        batches: each batch's ``x``; None where they are not kept.
    """

    make: Callable[[], Any]
    kind: str
    used_up: bool
    rows: int
    batch_size: int
    batches: Optional[Sequence[Any]]

    def predict(self, model: Any) -> Call:
        """Return what one predict of all batches is."""
        make = self.make
        if self.used_up:
            return Call(lambda: model.predict(make(), verbose=0), (), {})
        return Call(model.predict, (make(),), {"verbose": 0})

    def kept(self) -> Sequence[Any]:
        """Return the batches as arrays.

        Raises:
            UsageError: they are too large to be kept.
        """
        if self.batches is None:
            what = f"takes batches as arrays, and those of the {self.kind} take more than"
            raise UsageError(f"{what} {MOST_KEPT_BYTES >> 20} MB: only predict is measured with it")
        return self.batches


def is_batched(value: Any) -> bool:
    """Return whether an object gives batches, and is no array or structure of arrays."""
    if isinstance(value, (list, tuple, dict, str, bytes)) or hasattr(value, "__array__"):
        return False
    return hasattr(value, "__iter__") or _is_sequence(value)


def look_through(place: str, first: Any, make: Callable[[], Any], framework: Framework) -> Batched:
    """Go through an input once and return it with what was learned.

    Args:
        place: the function that gave it.
        first: what it gave.
        make: calls it again.
        framework: what the model runs on.

    Raises:
        UsageError: it has no end, no batch, or a batch without rows.
    """
    used_up = hasattr(first, "__next__")
    kind = _kind(first)
    cardinality = getattr(first, "cardinality", None)
    if callable(cardinality) and int(cardinality()) == INFINITE:
        raise UsageError("gives a dataset that never ends", place, "leave out repeat(), or take() some of it")
    kept: list[Any] = []
    rows = batch_size = size = 0
    for number, element in enumerate(_elements(first)):
        if number == MOST_BATCHES:
            raise UsageError(f"gives more than {MOST_BATCHES} batches", place, "give fewer: does it end?")
        x = framework.map_structure(_array, _x(element))
        leaves = framework.flatten(x)
        if not leaves or not getattr(leaves[0], "shape", ()):
            raise UsageError(f"batch {number} of its {kind} has no rows", place, "give batches, rows first")
        here = int(leaves[0].shape[0])
        rows, batch_size = rows + here, batch_size or here
        size += sum(getattr(leaf, "nbytes", 0) for leaf in leaves)
        if size <= MOST_KEPT_BYTES:
            kept.append(x)
        else:
            kept.clear()
    if not rows:
        raise UsageError(f"gives a {kind} without a row", place)
    again = make if used_up else lambda: first
    return Batched(again, kind, used_up, rows, batch_size, kept if size <= MOST_KEPT_BYTES else None)


def _kind(value: Any) -> str:
    if hasattr(value, "__next__"):
        return "generator"
    if hasattr(value, "element_spec"):
        return "dataset"
    return "Sequence" if _is_sequence(value) else type(value).__name__


def _is_sequence(value: Any) -> bool:
    return hasattr(value, "__getitem__") and hasattr(value, "__len__")


def _elements(value: Any) -> Iterable[Any]:
    # A Sequence of Keras 2 may be iterated without end.
    return _by_number(value) if _is_sequence(value) else value


def _by_number(value: Any) -> Iterator[Any]:
    return (value[number] for number in range(len(value)))


def _x(element: Any) -> Any:
    """Return the part of a batch that predict takes: the first of (x, y) or (x, y, weights)."""
    return element[0] if isinstance(element, (tuple, list)) else element


def _array(leaf: Any) -> Any:
    """Return a tensor as an array; texts and ragged rows stay what they are."""
    if not hasattr(leaf, "numpy"):
        return leaf
    array = leaf.numpy()
    return leaf if getattr(array, "dtype", None) is None or array.dtype.kind == "O" else array
