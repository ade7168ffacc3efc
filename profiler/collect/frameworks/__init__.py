"""The frameworks that can be measured: an adapter each, in a module that is found by its name.

To add one, write a module ``NAME.py`` here with a function ``adapter()`` that imports the framework and
returns a `Framework`. ``KERAS_BACKEND=NAME`` then chooses it.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from importlib.util import find_spec
from typing import Any, Mapping

from ...protocol.errors import CollectError
from .framework import Framework

DEFAULT = "tensorflow"
VARIABLE = "KERAS_BACKEND"
# As TensorFlow reads it.
LEGACY_KERAS_VARIABLE, LEGACY_KERAS_VALUES = "TF_USE_LEGACY_KERAS", ("1", "true", "True")


def wanted(variables: Mapping[str, str]) -> str:
    """Return which framework to measure: what ``KERAS_BACKEND`` says where Keras obeys it, else TensorFlow.

    Keras 2 runs on TensorFlow whatever the variable says. ``TF_USE_LEGACY_KERAS`` has TensorFlow use Keras 2.
    """
    backend = variables.get(VARIABLE, "")
    legacy = variables.get(LEGACY_KERAS_VARIABLE) in LEGACY_KERAS_VALUES
    return backend if backend and not legacy and _keras_has_backends() else DEFAULT


def _keras_has_backends() -> bool:
    """Return whether Keras has a folder of backends, as Keras 3 does; it is not imported."""
    found = find_spec("keras")
    folders = found.submodule_search_locations if found else None
    return any(os.path.isdir(os.path.join(folder, "src", "backend")) for folder in folders or ())


def known() -> list[str]:
    """Return the names of the frameworks that can be measured."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if hasattr(_module(name), "adapter"))


def load(name: str) -> Framework:
    """Import a framework and return its adapter.

    Raises:
        CollectError: there is no adapter of that name, the framework cannot be imported, or its Keras runs on
            another backend.
    """
    if name not in known():
        raise CollectError(
            "kprof cannot measure Keras on this backend yet",
            f"{VARIABLE}={name}",
            f"unset it, or set it to {' or '.join(known())}",
        )
    try:
        import numpy  # noqa: F401

        found: Framework = _module(name).adapter()
    except ImportError as error:
        raise CollectError(f"cannot import {error.name or 'a module'}: {error}") from error
    return found


def _module(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")


__all__ = ["DEFAULT", "VARIABLE", "Framework", "known", "load", "wanted"]
