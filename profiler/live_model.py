"""A model that lives in this process, put into files that a worker can load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from .protocol.errors import UsageError


@contextmanager
def saved(model: Any, x: Any) -> Iterator[tuple[str, str | None]]:
    """Yield the paths of a ``.keras`` file and of an input file (None without ``x``), removed afterwards.

    Args:
        model: a Keras model.
        x: an array, a list of arrays in the order of the inputs, a dictionary by their names, or None.

    Raises:
        UsageError: the model cannot be saved, or it is none.
    """
    if not callable(getattr(model, "predict", None)) or not callable(getattr(model, "save", None)):
        raise UsageError(f"an object of type {type(model).__name__} is no workload's name and no Keras model")
    with TemporaryDirectory(prefix="kprof-model-") as folder:
        path = Path(folder) / "model.keras"
        try:
            model.save(path)
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            raise UsageError(
                f"the model cannot be saved as .keras ({reason}): give a factory, model='module:factory'"
            ) from error
        yield str(path), None if x is None else _save_input(Path(folder), x)


def _save_input(folder: Path, x: Any) -> str:
    if hasattr(x, "element_spec") or isinstance(x, Iterator):
        raise UsageError(
            f"input of type {type(x).__name__}: datasets and generators take another adapter and are not "
            "measured yet; give arrays"
        )
    if isinstance(x, Mapping):
        arrays = {str(name): np.asarray(value) for name, value in x.items()}
    elif isinstance(x, (list, tuple)):
        arrays = {f"arr_{number}": np.asarray(value) for number, value in enumerate(x)}
    else:
        np.save(folder / "input.npy", np.asarray(x))
        return str(folder / "input.npy")
    savez: Any = np.savez
    savez(folder / "input.npz", **arrays)
    return str(folder / "input.npz")
