"""Finds the files of the user's own model and input, and identifies them by their contents."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import importlib.machinery
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..protocol import files
from ..protocol.errors import OptionError, UsageError
from ..protocol.spec import GivenModel, WorkloadSpec
from ..protocol.vocabulary import default_signature, is_factory
from ..readers import model_files
from ..readers.model_files import Kind, ModelFile
from . import processes as planning
from .request import AGAINST_PREFIXES, PYTHON, Request

TEMPORARY_PREFIX = "kprof-model-"
"""How the folder of a live model's file is called, which is gone when the call that made it ends."""


_ARTICLES = {Kind.ARCHIVE: "a .keras archive", Kind.HDF5: "an HDF5 file"}


def located(request: Request) -> Request:
    """Return a request whose paths are absolute, so that it means the same from any folder."""
    model = request.model
    if model is not None:
        # where a factory is found, and what a relative path begins at
        working_folder()
    return dataclasses.replace(
        request,
        model=_absolute(model),
        input=_absolute(request.input),
        python=request.python and interpreter(request.python),
        against=request.against and _against(request.against),
    )


def _absolute(spec: str | None) -> str | None:
    return spec if spec is None or is_factory(spec) else str(Path(spec).absolute())


def _against(spec: str) -> str:
    """Return what a run is measured against, with an absolute path where that is one."""
    prefix, colon, value = spec.partition(":")
    if not colon or prefix not in AGAINST_PREFIXES:
        # a bare word may name something else too, and a revision may hold a slash
        return str(Path(spec).absolute()) if os.sep in spec and Path(spec).exists() else spec
    is_path = prefix == PYTHON and os.sep in value
    return f"{prefix}:{Path(value).absolute()}" if is_path else spec


def working_folder() -> Path:
    """Return the working folder.

    Raises:
        UsageError: it has been removed.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("the working folder has been removed", to_do="change to one that exists") from error


def interpreter(python: str) -> str:
    """Return an interpreter's absolute path.

    Raises:
        UsageError: there is none.
    """
    found = shutil.which(python)
    if found is None:
        raise OptionError("python", python, "no such interpreter, or it may not be executed")
    return str(Path(found).absolute())


def is_temporary(request: Request) -> bool:
    """Return whether the model's file goes with the call that measures it."""
    if request.model is None:
        return False
    folder = Path(request.model).parent
    return folder.name.startswith(TEMPORARY_PREFIX) and folder.parent == Path(tempfile.gettempdir())


def spec(request: Request, file: ModelFile | None) -> WorkloadSpec | None:
    """Return the spec's part for the user's own model, with absolute paths; None for built-in workloads.

    Args:
        request: what is measured.
        file: what `model_file` says of its model.
    """
    if request.model is None:
        return None
    return WorkloadSpec(
        name=planning.workload_name(request.model),
        model=request.model if file is None else str(file.path),
        input=None if request.input is None else _existing("input", request.input),
        batch_size=request.batch_sizes[0] if request.batch_sizes else None,
        rows=request.rows,
        input_shape=request.row_shapes(),
        signature=_signature(request.signature, file),
    )


def model_file(model: str | None) -> ModelFile | None:
    """Return what the file of a user's model says of itself, with its absolute path.

    None for a factory and for built-in workloads.

    Raises:
        UsageError: there is none, it holds no model, or it must not be loaded.
    """
    if model is None or is_factory(model):
        return None
    return model_files.read(Path(_existing("model", model)))


def _signature(wanted: str | None, file: ModelFile | None) -> str | None:
    """Return the signature that is measured; None where it is a Keras model."""
    if wanted is None:
        if file is None or file.holds_keras_model:
            return None
        try:
            return default_signature(file.signatures)
        except UsageError as error:
            raise UsageError(error.what, file.path, error.to_do) from error
    if file is None or file.kind is not Kind.SAVED_MODEL:
        of = "a factory" if file is None else _ARTICLES[file.kind]
        raise OptionError("signature", wanted, f"only a SavedModel has one, and this is {of}", "leave it out")
    if wanted not in file.signatures:
        known = ", ".join(file.signatures)
        raise OptionError(
            "signature",
            wanted,
            "the SavedModel has no such signature",
            f"choose from {known}" if known else "it has none",
        )
    return wanted


def _existing(option: str, spec: str) -> str:
    """Return a factory as it is, and a file's absolute path."""
    if is_factory(spec):
        return spec
    if not Path(spec).exists():
        to_do = {
            "model": "a function that returns a model is given as module:factory",
            "input": "a function that gives input is given as module:function",
        }[option]
        raise OptionError(option, spec, "no such file", to_do)
    return str(Path(spec).absolute())


def contents(given: WorkloadSpec, folder: Path) -> GivenModel:
    """Return the folder that a model is measured from, and the SHA-256 of its and its input's files.

    A factory stands for the file of its module; None for one that does not lie in ``folder`` or on
    ``PYTHONPATH``, and without an input.
    """
    return GivenModel(str(folder), _identity(given.model, folder), _identity(given.input, folder))


def _identity(spec: str | None, folder: Path) -> str | None:
    if spec is None:
        return None
    place = module_file(spec.partition(":")[0], folder) if is_factory(spec) else Path(spec)
    return None if place is None else _sha256(place)


def module_file(module: str, folder: Path) -> Path | None:
    """Return the file that a worker would import a module from, without importing it; None if unknown."""
    importlib.invalidate_caches()
    variable = os.environ.get("PYTHONPATH", "")
    places: Sequence[str] = [str(folder), *(part for part in variable.split(os.pathsep) if part)]
    origin: str | None = None
    for part in module.split("."):
        found = importlib.machinery.PathFinder.find_spec(part, places)
        if found is None:
            return None
        origin = found.origin
        places = list(found.submodule_search_locations or ())
    return Path(origin) if origin else None


def _sha256(path: Path) -> str | None:
    """Return a file's hash, or one of all names and hashes of a folder (a SavedModel)."""
    try:
        if not path.is_dir():
            if path.exists() and not path.is_file():
                raise UsageError("is no regular file", path)
            return files.sha256(str(path))
        digest = hashlib.sha256()
        for file in sorted(one for one in path.rglob("*") if one.is_file()):
            digest.update(f"{file.relative_to(path)}\0{files.sha256(str(file))}\n".encode())
        return digest.hexdigest()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", path) from error
