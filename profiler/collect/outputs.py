"""Compares the outputs of a variant's first calls, and them with those of what it is timed against.

A ratio of two times says something only where both calls give the same. What differs from one call to the
next is random, or depends on earlier calls; what differs between entry points alone is another computation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from ..protocol.errors import Unusable
from ..protocol.outputs import OutputArray, OutputDifference, Outputs
from . import reasons

Arrays = Dict[str, Any]
"""The arrays of a structure by their place in it; a single one has the place ""."""

# Relative; a value near 0 is held to the mean size of its array's. Wide enough for other orders of adding up
# and for TensorFloat-32, far too narrow for another computation.
TOLERANCES = {"bfloat16": 5e-2, "float16": 5e-2, "float32": 1e-3, "float64": 1e-7}
BITS = {"bfloat16": "u2", "float16": "u2", "float32": "u4", "float64": "u8"}
MOST_BYTES = 256 << 20


@dataclass(frozen=True)
class Kept:
    """The arrays of a variant's first call, before which layers forget, and of a later one, or an error.

    After many calls of the same input a state that a layer carries has settled, and outputs that depend on it
    look the same: the first call shows it. ``error`` says why there are no arrays.
    """

    first: Arrays = field(default_factory=dict)
    later: Arrays = field(default_factory=dict)
    error: Optional[str] = None


def keep(first: Any, later: Any) -> Kept:
    """Return the arrays of two calls' outputs, or why they cannot be compared."""
    try:
        return Kept(arrays_of(first), arrays_of(later))
    except reasons.ANYTHING as error:  # whatever an array of the user's raises
        return Kept(error=reasons.placed(error))


def look_at(kept: Kept, model: Any, others: Mapping[str, Arrays]) -> Outputs:
    """Return what is to be said of outputs.

    Args:
        kept: those of two calls.
        model: the Keras model, which says how precisely it computes.
        others: the arrays of other variants' first calls, by variant.
    """
    coarsest = coarsest_of(model)
    return Outputs(
        arrays=[described(name, array) for name, array in kept.first.items()],
        repeated=difference(kept.later, kept.first, coarsest),
        against={name: difference(kept.first, other, coarsest) for name, other in others.items()},
    )


def forget(model: Any) -> None:
    """Reset the state that recurrent layers carry from call to call.

    After many calls of the same input a state has settled, and outputs that depend on it would look the same.
    """
    for layer in layers_of(model):
        # a Keras 2 model calls itself stateful where a layer of it is
        reset = getattr(layer, "reset_state", None) or getattr(layer, "reset_states", None)
        if getattr(layer, "stateful", False) and reset is not None:
            reset()


def arrays_of(outputs: Any) -> Arrays:
    """Return the arrays of a structure by their place in it.

    Raises:
        Unusable: something else is among them, or they are too large.
    """
    import numpy

    found: Arrays = {}
    for place, leaf in _leaves(outputs, ""):
        array = numpy.asarray(leaf.numpy() if hasattr(leaf, "numpy") else leaf)
        if array.dtype.kind == "O" and not all(isinstance(one, (bytes, str)) for one in array.flat):
            raise Unusable(f"the outputs hold an object of type {type(leaf).__name__}")
        found[place] = array
    if sum(array.nbytes for array in found.values()) > MOST_BYTES:
        raise Unusable(f"the outputs of a call take more than {MOST_BYTES >> 20} MB")
    return found


def difference(arrays: Arrays, others: Arrays, coarsest: float = 0.0) -> OutputDifference:
    """Return how far arrays lie from others.

    Args:
        arrays: the arrays by place.
        others: those that they are compared with.
        coarsest: the tolerance of the coarsest numbers that were computed with.
    """
    mismatch = _mismatch(arrays, others)
    if mismatch is not None:
        return OutputDifference(mismatch)
    parts = [_of_arrays(arrays[place], others[place], coarsest) for place in arrays]
    return OutputDifference(
        None,
        values=sum(one.values for one in parts),
        beyond=sum(one.beyond for one in parts),
        absolute=_largest([one.absolute for one in parts]),
        relative=_largest([one.relative for one in parts]),
        ulp=_largest([one.ulp for one in parts]),
        tolerance=_largest([one.tolerance for one in parts]),
    )


def _largest(values: List[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


def _leaves(value: Any, place: str) -> Iterator[Tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key in sorted(value, key=str):
            yield from _leaves(value[key], f"{place}[{key!r}]")
    elif isinstance(value, (list, tuple)):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{place}[{number}]")
    else:
        yield place, value


def _mismatch(arrays: Arrays, others: Arrays) -> Optional[str]:
    """Return what differs besides values, or None."""
    if set(arrays) != set(others):
        return f"the structure is {_places(arrays)} instead of {_places(others)}"
    for place, array in arrays.items():
        other = others[place]
        named = f" of {place}" if place else ""
        if array.shape != other.shape:
            return f"the shape{named} is {array.shape} instead of {other.shape}"
        if array.dtype.name != other.dtype.name:
            return f"the dtype{named} is {array.dtype.name} instead of {other.dtype.name}"
    return None


def _places(arrays: Arrays) -> str:
    shown = list(arrays)[:5]
    return "one array" if shown == [""] else ", ".join(shown + ["..."] * (len(arrays) > len(shown)))


def _of_arrays(array: Any, other: Any, coarsest: float) -> OutputDifference:
    import numpy

    if array.dtype.name not in TOLERANCES:
        return _exact(array, other)
    a, b = array.astype("float64"), other.astype("float64")
    with numpy.errstate(all="ignore"):
        apart = numpy.abs(a - b)
        size = numpy.maximum(numpy.abs(a), numpy.abs(b))
        finite = numpy.isfinite(apart)
        alike = (a == b) | (numpy.isnan(a) & numpy.isnan(b))
        tolerance = max(coarsest, TOLERANCES[array.dtype.name])
        typical = float(size[finite].mean()) if finite.any() else 0.0
        within = finite & (apart <= tolerance * numpy.maximum(size, typical))
        relative = apart[finite] / numpy.where(size[finite] > 0, size[finite], 1.0)
    return OutputDifference(
        None,
        values=int(array.size),
        beyond=int((~(alike | within)).sum()),
        absolute=float(apart[finite].max()) if finite.any() else None,
        relative=float(relative.max()) if finite.any() else None,
        ulp=_ulp(array[finite], other[finite]) if finite.any() else None,
        tolerance=tolerance,
    )


def _exact(array: Any, other: Any) -> OutputDifference:
    import numpy

    differing = int((numpy.asarray(array != other)).sum())
    return OutputDifference(None, values=int(array.size), beyond=differing, tolerance=0.0)


def _ulp(array: Any, other: Any) -> int:
    """Return the largest number of representable numbers from one value to the other."""
    import numpy

    kind = numpy.dtype(BITS[array.dtype.name])
    sign = kind.type(1 << (8 * kind.itemsize - 1))

    def ordered(values: Any) -> Any:
        bits = numpy.ascontiguousarray(values).view(kind)
        # -0 and 0 are one number
        return numpy.where(bits & sign, sign - (bits ^ sign), bits | sign)

    a, b = ordered(array), ordered(other)
    return int(numpy.where(a > b, a - b, b - a).max())


def coarsest_of(model: Any) -> float:
    """Return the tolerance of the coarsest number type that a layer computes with; 0 where no layer says."""
    names = {str(getattr(layer, "compute_dtype", None)) for layer in layers_of(model)}
    return max((TOLERANCES[name] for name in names if name in TOLERANCES), default=0.0)


def layers_of(model: Any, depth: int = 0) -> Iterator[Any]:
    """Yield a model and all layers in it, those of models within it too."""
    yield model
    for layer in getattr(model, "layers", None) or () if depth < 20 else ():
        yield from layers_of(layer, depth + 1)


def described(name: str, array: Any) -> OutputArray:
    """Return what is kept of an array: its name, dtype, shape, and the value that fills it, if one does."""
    return OutputArray(name, array.dtype.name, list(array.shape), _alike(array))


def _alike(array: Any) -> Optional[str]:
    """Return the one value that fills an array; None where values differ or there is only one."""
    import numpy

    if array.size < 2:
        return None
    if array.dtype.name in TOLERANCES and bool(numpy.isnan(array).all()):
        return "NaN"
    return str(array.flat[0])[:40] if bool((array == array.flat[0]).all()) else None
