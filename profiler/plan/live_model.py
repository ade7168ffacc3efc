"""Saves a model that lives in this process to files that a worker can load."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from numbers import Number
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ..protocol.errors import UsageError
from .user_model import TEMPORARY_PREFIX


def given(what: Sequence[Any], options: Mapping[str, Any]) -> AbstractContextManager[tuple[str, str | None]]:
    """Save a live model and its input to files that are there meanwhile, as `saved` does.

    Args:
        what: the model and, if wanted, its input.
        options: what was given beside them.

    Raises:
        UsageError: more than these two, or files beside them.
    """
    if len(what) > 2:
        raise UsageError(f"a model and its input are two arguments, not {len(what)}")
    if options.keys() & {"model", "input"}:
        raise UsageError(
            "a live model and its input stand first; model= and input= name files instead of them"
        )
    return saved(what[0], what[1] if len(what) == 2 else None)


@contextmanager
def saved(model: Any, x: Any) -> Iterator[tuple[str, str | None]]:
    """Yield the paths of a ``.keras`` file and of an input file (None without ``x``), removed afterwards.

    Args:
        model: a Keras model.
        x: an array (or its rows as lists of numbers), a list of arrays in the order of the inputs, a
            dictionary by their names, or None.

    Raises:
        UsageError: the model cannot be saved, or it is none; or the input is no array.
    """
    if not callable(getattr(model, "predict", None)) or not callable(getattr(model, "save", None)):
        raise UsageError(f"an object of type {type(model).__name__} is no workload's name and no Keras model")
    with TemporaryDirectory(prefix=TEMPORARY_PREFIX) as folder:
        path = Path(folder) / "model.keras"
        try:
            model.save(path)
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            raise UsageError(
                f"the model cannot be saved as .keras ({reason}): give a factory, model='module:factory'"
            ) from error
        yield str(path), None if x is None else _save_input(Path(folder), model, x)


def _save_input(folder: Path, model: Any, x: Any) -> str:
    if isinstance(x, Mapping):
        return _save_arrays(folder, {str(name): _array(str(name), value) for name, value in x.items()})
    if isinstance(x, (list, tuple)) and _is_several(model, x):
        return _save_arrays(folder, {f"arr_{n}": _array(f"number {n}", value) for n, value in enumerate(x)})
    path = folder / "input.npy"
    np.save(path, _array("", x), allow_pickle=False)
    return str(path)


def _is_several(model: Any, x: Sequence[Any]) -> bool:
    """Return whether a list holds an array for each input, and not the rows of one."""
    return len(getattr(model, "inputs", None) or ()) > 1 or all(hasattr(one, "shape") for one in x)


def _array(name: str, value: Any) -> np.ndarray[Any, Any]:
    place = f"input {name}".strip()
    if isinstance(value, (str, bytes)):
        raise UsageError(f"{place} is text, no array; a file is named with input=, beside model=")
    if not hasattr(value, "__array__") and not isinstance(value, (list, tuple, Number)):
        raise UsageError(
            f"{place} of type {type(value).__name__} lives in this process alone: give arrays, or a function "
            "that makes it, input='module:function', with the model as a factory"
        )
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise UsageError(f"{place} is no array: {' '.join(str(error).split())}") from error
    if array.dtype.kind == "O":
        raise UsageError(f"{place} holds Python objects: give an array of numbers or texts")
    return array


def _save_arrays(folder: Path, arrays: Mapping[str, np.ndarray[Any, Any]]) -> str:
    """Write an ``.npz``; ``numpy.savez`` has no place for an array named ``file``."""
    path = folder / "input.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    return str(path)
