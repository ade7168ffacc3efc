"""What a run is measured against: another interpreter, release, git revision, or model of the user's own."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..environments import checkouts, look_up
from ..environments.checkouts import Checkout
from ..protocol.errors import OptionError, UsageError
from ..protocol.options import option
from ..protocol.vocabulary import is_factory
from . import user_model
from .request import AGAINST_PREFIXES, PYTHON, RELEASE, REVISION, Request

MODEL = "model"

_RELEASE = re.compile(r"\d+\.\d+(\.\d+)?(rc\d+)?")
# Other programs on PATH have names that revisions have too.
_INTERPRETER = re.compile(r"(python|pypy)[\d.]*")
_MODEL_SUFFIXES = (".keras", ".h5", ".hdf5")
_KINDS = {PYTHON: "an interpreter", RELEASE: "a release", REVISION: "a git revision", MODEL: "a model"}
CHOICES = "python:PATH, tf:RELEASE, git:REVISION, or a model"


@dataclass(frozen=True)
class Against:
    """What a run is measured against: the kind of it, and which one.

    ``checkout`` and ``commit``: of a git revision.
    """

    kind: str
    value: str
    checkout: Checkout | None = None
    commit: str | None = None

    def __str__(self) -> str:
        return self.value if self.kind == MODEL else f"{self.kind}:{self.value}"


def find(spec: str, request: Request, folder: Path) -> Against:
    """Return what a text names: by its prefix, else by what there is of that name.

    Args:
        spec: ``python:PATH``, ``tf:RELEASE``, ``git:REVISION``, or one of these or a model without a prefix.
        request: what is measured, with absolute paths.
        folder: where factories are found, and relative paths begin.

    Raises:
        OptionError: it names nothing, several things, or what this request cannot be measured against.
    """
    prefix, colon, value = spec.partition(":")
    kind = prefix if colon and prefix in AGAINST_PREFIXES else _kind(spec, request, folder)
    return _OF_KIND[kind](value if kind == prefix and colon else spec, request, folder)


def _kind(spec: str, request: Request, folder: Path) -> str:
    found = list(_kinds(spec, request, folder))
    if not found:
        what = "is no interpreter, release, git revision or model that there is"
        raise OptionError("against", spec, what, f"give {CHOICES}")
    if len(found) > 1:
        names = " and ".join(_KINDS[kind] for kind in found)
        ways = [f"{kind}:{spec}" if kind in AGAINST_PREFIXES else f".{os.sep}{spec}" for kind in found]
        raise OptionError("against", spec, f"is {names}", f"say which: {' or '.join(ways)}")
    return found[0]


def _kinds(spec: str, request: Request, folder: Path) -> Iterator[str]:
    """Yield the kinds of what there is of a name."""
    path = folder / spec
    is_interpreter = _is_interpreter(spec, path)
    if is_interpreter:
        yield PYTHON
    if _RELEASE.fullmatch(spec):
        yield RELEASE
    if (os.sep not in spec or not path.exists()) and _is_revision(spec, request, folder):
        yield REVISION
    if is_factory(spec) or (path.exists() and not is_interpreter):
        yield MODEL


def _is_revision(spec: str, request: Request, folder: Path) -> bool:
    try:
        checkout = _checkout(request, folder)
    except UsageError:
        # without git there are no revisions, and nobody has asked for one
        return False
    return checkout is not None and checkout.commit(spec) is not None


def _is_interpreter(spec: str, path: Path) -> bool:
    if os.sep in spec or path.exists():
        return path.is_file() and os.access(path, os.X_OK) and path.suffix not in _MODEL_SUFFIXES
    return bool(_INTERPRETER.fullmatch(spec)) and shutil.which(spec) is not None


def _checkout(request: Request, folder: Path) -> Checkout | None:
    """Return the checkout that the factory's module lies in; None without a factory, a module or one."""
    if request.model is None or not is_factory(request.model):
        return None
    file = user_model.module_file(request.model.partition(":")[0], folder)
    return None if file is None else checkouts.holding(file)


def _interpreter(value: str, _: Request, folder: Path) -> Against:
    found = shutil.which(str(folder / value) if os.sep in value else value)
    if found is None:
        raise OptionError("against", f"python:{value}", "no such interpreter, or it may not be executed")
    return Against(PYTHON, str(Path(found).absolute()))


def _release(value: str, _: Request, __: Path) -> Against:
    look_up(value)
    return Against(RELEASE, value)


def _revision(value: str, request: Request, folder: Path) -> Against:
    name = f"git:{value}"
    if request.model is None or not is_factory(request.model):
        raise OptionError(
            "against",
            name,
            "only a model that code makes has revisions",
            f"give {option('model')} as module:factory, or name another model's file",
        )
    module = request.model.partition(":")[0]
    if user_model.module_file(module, folder) is None:
        what = f"{module} lies neither in this folder nor on PYTHONPATH, so no checkout of it is known"
        raise OptionError("against", name, what, "change to its folder")
    checkout = _checkout(request, folder)
    if checkout is None:
        raise OptionError("against", name, f"{module} lies in no git checkout")
    commit = checkout.commit(value)
    if commit is None:
        raise OptionError("against", name, f"no such revision in {checkout.top}")
    return Against(REVISION, value, checkout, commit)


def _model(value: str, request: Request, folder: Path) -> Against:
    if request.model is None:
        what = "is a model, and needs one of your own beside it"
        raise OptionError("against", value, what, f"name that with {option('model')}")
    if is_factory(value):
        return Against(MODEL, value)
    path = folder / value
    if not path.exists():
        raise OptionError("against", value, "no such file")
    return Against(MODEL, str(path))


_OF_KIND: dict[str, Callable[[str, Request, Path], Against]] = {
    PYTHON: _interpreter,
    RELEASE: _release,
    REVISION: _revision,
    MODEL: _model,
}
