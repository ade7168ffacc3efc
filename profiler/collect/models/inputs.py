"""What a model takes, and arrays that fit it: the user's own, or drawn from the model's own input specs."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ...protocol.errors import UsageError
from ...protocol.options import option
from ..frameworks import Framework
from .arrays import Arrays

SEED = 20200115
# Small enough for any embedding; stated to the user.
INTEGER_RANGE = (0, 2)
# The frameworks' dtype of texts, which NumPy does not know.
TEXT = "string"


@dataclass(frozen=True)
class InputSpec:
    """One input of the model.

    ``name`` is the key of a dictionary of inputs, else the tensor's own name; ``shape`` goes without the
    batch dimension (None: unknown); ``dtype`` is the dtype's name.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str
    tensor_name: str


def specs(model: Any, framework: Framework) -> Any:
    """Return the model's inputs as a structure of `InputSpec`; None for a model that does not say.

    A subclassed model never does, a Sequential does once it is built.
    """
    structure = _inputs(model)
    if structure is None:
        return None
    names = iter(getattr(model, "input_names", None) or ())
    tensor_names = framework.map_structure(
        lambda tensor: next(names, None) or str(tensor.name).partition(":")[0], structure
    )
    return _specs(structure, tensor_names, None)


def fixed_batch_size(model: Any, framework: Framework) -> int | None:
    """Return the batch size that the model's inputs demand, or None when any will do."""
    for tensor in framework.flatten(_inputs(model)):
        if tensor is not None and tensor.shape[0] is not None:
            return int(tensor.shape[0])
    return None


def _inputs(model: Any) -> Any:
    """Return the model's symbolic inputs, or None; a Sequential of Keras 3 has a list, and no structure."""
    try:
        return model.input
    except (AttributeError, ValueError, RuntimeError):
        inputs = list(getattr(model, "inputs", None) or ())
        if not inputs:
            return None
        return inputs[0] if len(inputs) == 1 else inputs


def _specs(structure: Any, names: Any, key: str | None) -> Any:
    if isinstance(structure, dict):
        return {key: _specs(value, names[key], str(key)) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)):
        return [_specs(value, name, None) for value, name in zip(structure, names)]
    dtype = structure.dtype if isinstance(structure.dtype, str) else structure.dtype.name
    shape = tuple(None if size is None else int(size) for size in structure.shape[1:])
    return InputSpec(key or names, shape, dtype, names)


def draw(structure: Any, rows: int, numpy: Any) -> tuple[Any, list[str]]:
    """Return ``rows`` random rows for every input, the same in every process, and what to tell the user.

    Floats are uniform in [0, 1), integers in `INTEGER_RANGE`, booleans either.

    Raises:
        UsageError: an input with an unknown dimension, or of a dtype that cannot be drawn.
    """
    random = numpy.random.RandomState(SEED)
    notes: list[str] = []

    def one(spec: InputSpec) -> Any:
        if None in spec.shape:
            what = f"input {spec.name!r} has the shape {spec.shape}, not known in full"
            raise UsageError(what, to_do=f"give {option('input_shape')} or {option('input')}")
        kind = {"bfloat16": "f", TEXT: "U"}.get(spec.dtype) or numpy.dtype(spec.dtype).kind
        shape = (rows, *spec.shape)
        if kind == "f":
            return random.random_sample(shape).astype("float32" if spec.dtype == "bfloat16" else spec.dtype)
        if kind in "iu":
            notes.append(
                f"input {spec.name!r}: integers drawn from {INTEGER_RANGE[0]} to {INTEGER_RANGE[1] - 1}"
            )
            return random.randint(INTEGER_RANGE[0], INTEGER_RANGE[1], shape).astype(spec.dtype)
        if kind == "b":
            return random.randint(0, 2, shape).astype(bool)
        what = f"input {spec.name!r} is {spec.dtype}, which cannot be drawn"
        raise UsageError(what, to_do=f"give {option('input')}")

    return _map(structure, one), notes


def taken(arrays: Arrays, structure: Any, rows: int, framework: Framework) -> tuple[Any, list[str]]:
    """Return ``rows`` of the user's rows for every input, cut or repeated to fit, and what to tell them.

    Each input is found under its key or its tensor's name; arrays without names are taken in order, but not
    where the inputs are a dictionary, whose order is nobody's choice. Numbers are given as they are.

    Raises:
        UsageError: no such input, or one of another rank, shape or kind of dtype.
    """
    wanted = framework.flatten(structure)
    names = _matched(arrays, wanted, isinstance(structure, dict))
    notes = [
        f"{arrays.place}: {name!r} is no input of the model ({_listed(wanted)}) and is not used"
        for name in arrays.names
        if name not in names.values()
    ]

    def one(spec: InputSpec) -> Any:
        array = arrays.named(names[spec.name])
        _check(arrays.place, spec, array)
        fitted = arrays.fitted(spec.name, array, rows, notes)
        if spec.dtype == TEXT:
            return framework.texts(fitted)
        if fitted.dtype.name != spec.dtype:
            given = f"{fitted.dtype.name}, given to the model as it is"
            notes.append(f"{arrays.place}: {spec.name!r} is {given}; the model takes {spec.dtype}")
        return fitted

    return _map(structure, one), notes


def taken_as_stored(arrays: Arrays, rows: int, framework: Framework) -> tuple[Any, list[str]]:
    """Return ``rows`` rows of the user's arrays as they are, for a model that does not say what it takes.

    One array stays one; arrays by name are a dictionary, those without names a list.

    Raises:
        UsageError: an array cannot be read, or has no rows.
    """
    notes: list[str] = []

    def one(name: str) -> Any:
        array = arrays.named(name)
        if array.ndim == 0 or len(array) == 0:
            raise UsageError("has no rows", arrays.place_of(name))
        fitted = arrays.fitted(name, array, rows, notes)
        return framework.texts(fitted) if fitted.dtype.kind in "US" else fitted

    every = {name: one(name) for name in arrays.names}
    if arrays.has_names:
        return every, notes
    values = list(every.values())
    return (values[0] if len(values) == 1 else values), notes


def with_shapes(structure: Any, shapes: dict[str, list[int]], framework: Framework) -> Any:
    """Return the model's inputs with the dimensions that it leaves open filled in.

    Args:
        structure: the inputs; None for a model that does not say what it takes.
        shapes: the shape of a row by the input's name; under "" that of the only one.
        framework: what the model runs on.

    Raises:
        UsageError: no such input, or a shape that contradicts the model's.
    """
    if structure is None:
        made = {name: InputSpec(name or "x", tuple(shape), "float32", name) for name, shape in shapes.items()}
        return made.get("", made)
    wanted = framework.flatten(structure)
    if "" in shapes and len(wanted) > 1:
        raise UsageError(
            f"the model takes {_listed(wanted)}",
            option("input_shape"),
            f"name the input: {wanted[0].name}=50,41",
        )
    unknown = set(shapes) - {spec.name for spec in wanted} - {spec.tensor_name for spec in wanted} - {""}
    if unknown:
        what = f"{min(unknown)!r} is no input of the model ({_listed(wanted)})"
        raise UsageError(what, option("input_shape"))

    def one(spec: InputSpec) -> InputSpec:
        shape = shapes.get(spec.name, shapes.get(spec.tensor_name, shapes.get("")))
        if shape is None:
            return spec
        fits = len(shape) == len(spec.shape) and all(
            known in (None, size) for size, known in zip(shape, spec.shape)
        )
        if not fits:
            shown = ",".join(map(str, shape))
            what = f"input {spec.name!r} takes rows of the shape {spec.shape}"
            raise UsageError(what, option("input_shape", shown))
        return dataclasses.replace(spec, shape=tuple(shape))

    return _map(structure, one)


def _matched(arrays: Arrays, wanted: list[InputSpec], by_key: bool) -> dict[str, str]:
    """Return the array's name for each input's."""
    for known_as in ([spec.name for spec in wanted], [spec.tensor_name for spec in wanted]):
        if arrays.has_names and set(known_as) <= set(arrays.names):
            return {spec.name: name for spec, name in zip(wanted, known_as)}
    count = len(arrays.names)
    if arrays.has_names:
        what = f"holds {', '.join(arrays.names)}; the model takes {_listed(wanted)}"
        raise UsageError(what, arrays.place)
    if count != len(wanted):
        holds = "one array" if count == 1 else f"{count} arrays"
        what = f"holds {holds}, the model takes {len(wanted)} ({_listed(wanted)})"
        raise UsageError(what, arrays.place, "give an .npz")
    if by_key and count > 1:
        what = f"holds arrays without names, the model takes them by name ({_listed(wanted)})"
        raise UsageError(what, arrays.place, "name them, as numpy.savez(file, name=array) does")
    return {spec.name: name for spec, name in zip(wanted, arrays.names)}


def _listed(wanted: list[InputSpec]) -> str:
    return ", ".join(spec.name for spec in wanted)


def _map(structure: Any, function: Any) -> Any:
    if isinstance(structure, InputSpec):
        return function(structure)
    if isinstance(structure, dict):
        return {key: _map(value, function) for key, value in structure.items()}
    return [_map(value, function) for value in structure]


def _check(place: str, spec: InputSpec, array: Any) -> None:
    name = repr(spec.name)
    dimensions = 1 + len(spec.shape)
    if array.ndim != dimensions:
        what = f"{name} has {array.ndim} dimensions, the model takes {dimensions} (rows first)"
        raise UsageError(what, place)
    for got, needed in zip(array.shape[1:], spec.shape):
        if needed is not None and got != needed:
            shown = tuple(array.shape[1:])
            raise UsageError(f"{name} has rows of shape {shown}, the model takes {spec.shape}", place)
    if len(array) == 0:
        raise UsageError(f"{name} has no rows", place)
    if spec.dtype == TEXT:
        if array.dtype.kind not in "US":
            what = f"{name} is {array.dtype.name}, the model takes texts (dtype U or S)"
            raise UsageError(what, place)
        return
    integer_model = spec.dtype.startswith(("int", "uint"))
    if array.dtype.kind not in "fiub" or (integer_model and array.dtype.kind == "f"):
        raise UsageError(f"{name} is {array.dtype.name}, the model takes {spec.dtype}", place)
