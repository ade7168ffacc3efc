"""Input for the user's own model: their file, or drawn from the model's own input specs."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from ...protocol.errors import UsageError
from .. import reasons
from ..frameworks import Framework

SEED = 20200115
# What a file that was cut, altered or written by something else raises.
UNREADABLE = (OSError, ValueError, EOFError, KeyError, MemoryError, zipfile.BadZipFile, zlib.error)
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
            raise UsageError(what, to_do="give --input")
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
        raise UsageError(f"input {spec.name!r} is {spec.dtype}, which cannot be drawn", to_do="give --input")

    return _map(structure, one), notes


def read(path: str, structure: Any, rows: int, framework: Framework, numpy: Any) -> tuple[Any, list[str]]:
    """Return ``rows`` rows of the user's file for every input, cut or repeated to fit, and what to tell them.

    ``.npy`` holds the one input; ``.npz`` holds each input under its key or its tensor's name, or in order.

    Raises:
        UsageError: no such input in the file, or one of another rank, shape or kind of dtype.
    """
    arrays = _load(path, framework.flatten(structure), numpy)
    notes: list[str] = []

    def one(spec: InputSpec) -> Any:
        array = arrays[spec.name]
        _check(path, spec, array)
        taken = _fit(f"{path}: {spec.name!r}", array, rows, notes, numpy)
        if spec.dtype == TEXT:
            return framework.texts(taken)
        if taken.dtype.name != spec.dtype:
            notes.append(f"{path}: {spec.name!r} is {taken.dtype.name}, cast to {spec.dtype}")
            taken = taken.astype(spec.dtype)
        return taken

    return _map(structure, one), notes


def read_as_stored(path: str, rows: int, framework: Framework, numpy: Any) -> tuple[Any, list[str]]:
    """Return ``rows`` rows of the user's arrays as they are, for a model that does not say what it takes.

    ``.npy`` gives an array; ``.npz`` a dictionary by name, or a list where the arrays have no names.

    Raises:
        UsageError: the file cannot be read, or an array has no rows.
    """
    loaded = _open(path, numpy)
    notes: list[str] = []

    def one(name: str, array: Any) -> Any:
        place = f"{path}: {name!r}" if name else path
        if array.ndim == 0 or len(array) == 0:
            raise UsageError("has no rows", place)
        taken = _fit(place, array, rows, notes, numpy)
        return framework.texts(taken) if taken.dtype.kind in "US" else taken

    if not hasattr(loaded, "files"):
        return one("", loaded), notes
    taken = {name: one(name, _member(path, loaded, name)) for name in loaded.files}
    if all(name.startswith("arr_") for name in taken):
        arrays = list(taken.values())
        return (arrays[0] if len(arrays) == 1 else arrays), notes
    return taken, notes


def _fit(place: str, array: Any, rows: int, notes: list[str], numpy: Any) -> Any:
    """Return ``rows`` rows of an array, cut or repeated, and note what the user should know of them."""
    if len(array) < rows:
        notes.append(f"{place} has {len(array)} rows, repeated to {rows}")
    elif len(array) > rows:
        notes.append(f"{place} has {len(array)} rows, the first {rows} are used")
    taken = numpy.array(array[numpy.arange(rows) % len(array)])
    if taken.dtype.kind == "f":
        for what, found in (("NaN", numpy.isnan(taken)), ("infinite values", numpy.isinf(taken))):
            if found.any():
                notes.append(f"{place} holds {what}")
    return taken


def _map(structure: Any, function: Any) -> Any:
    if isinstance(structure, InputSpec):
        return function(structure)
    if isinstance(structure, dict):
        return {key: _map(value, function) for key, value in structure.items()}
    return [_map(value, function) for value in structure]


def _open(path: str, numpy: Any) -> Any:
    try:
        return numpy.load(path, mmap_mode="r", allow_pickle=False)
    except UNREADABLE as error:
        what = f"no .npy or .npz file that can be read ({reasons.shortened(str(error), 200)})"
        raise UsageError(what, path, "write it with numpy.save or numpy.savez") from error


def _member(path: str, archive: Any, name: str) -> Any:
    """Return an array of an ``.npz``, which is read only now."""
    try:
        return archive[name]
    except UNREADABLE as error:
        if "allow_pickle" in str(error):
            to_do = "write numbers or texts (dtype U) with numpy.savez"
            raise UsageError(f"{name!r} holds Python objects", path, to_do) from error
        what = f"{name!r} cannot be read ({reasons.named(error, 200)})"
        raise UsageError(what, path, "write the file again with numpy.savez") from error


def _load(path: str, wanted: list[InputSpec], numpy: Any) -> dict[str, Any]:
    loaded = _open(path, numpy)
    if not hasattr(loaded, "files"):
        if len(wanted) != 1:
            names = ", ".join(spec.name for spec in wanted)
            what = f"holds one array, the model takes {len(wanted)} ({names})"
            raise UsageError(what, path, "give an .npz")
        return {wanted[0].name: loaded}
    for known_as in ([spec.name for spec in wanted], [spec.tensor_name for spec in wanted]):
        if set(known_as) <= set(loaded.files):
            return {spec.name: _member(path, loaded, name) for spec, name in zip(wanted, known_as)}
    if len(loaded.files) == len(wanted) and all(name.startswith("arr_") for name in loaded.files):
        return {spec.name: _member(path, loaded, name) for spec, name in zip(wanted, loaded.files)}
    taken = ", ".join(spec.name for spec in wanted)
    raise UsageError(f"holds {', '.join(loaded.files)}; the model takes {taken}", path)


def _check(path: str, spec: InputSpec, array: Any) -> None:
    name = repr(spec.name)
    dimensions = 1 + len(spec.shape)
    if array.ndim != dimensions:
        what = f"{name} has {array.ndim} dimensions, the model takes {dimensions} (rows first)"
        raise UsageError(what, path)
    for got, needed in zip(array.shape[1:], spec.shape):
        if needed is not None and got != needed:
            shown = tuple(array.shape[1:])
            raise UsageError(f"{name} has rows of shape {shown}, the model takes {spec.shape}", path)
    if len(array) == 0:
        raise UsageError(f"{name} has no rows", path)
    if spec.dtype == TEXT:
        if array.dtype.kind not in "US":
            what = f"{name} is {array.dtype.name}, the model takes texts (dtype U or S)"
            raise UsageError(what, path)
        return
    integer_model = spec.dtype.startswith(("int", "uint"))
    if array.dtype.kind not in "fiub" or (integer_model and array.dtype.kind == "f"):
        raise UsageError(f"{name} is {array.dtype.name}, the model takes {spec.dtype}", path)
