"""The ways to the same prediction, one module each, named by its id in ``protocol/candidates.py``.

A module's ``prepare`` makes everything that comes once and returns a `Way`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass
from typing import Any, Callable, NamedTuple, Optional

from ...protocol.candidates import Candidate
from ...protocol.errors import Unusable
from ..entry_points import Step, converter
from ..frameworks import Framework

Entry = Callable[[Any], Any]


class MissingPackageError(Unusable):
    """A package that a candidate needs is not installed here."""


class UnsuitableError(Unusable):
    """A candidate cannot take what is asked for."""


@dataclass(frozen=True)
class Subject:
    """What is called.

    Attributes:
        model: the Keras model.
        framework: what it runs on.
        batch_size: the rows of a batch of predict.
        x: an input, of the rows of the first call.
        varies: whether calls have different numbers of rows.
        calls_per_batch: how many inputs are at hand at once; None where one at a time is.
        folder: takes what is exported; it exists.
    """

    model: Any
    framework: Framework
    batch_size: int
    x: Any
    varies: bool
    calls_per_batch: Optional[int]
    folder: str


class Way(NamedTuple):
    """A way to call that is ready.

    Attributes:
        entry: takes an input and returns outputs as NumPy arrays; where it takes several inputs at a time,
            a list of each.
        shape_of: the number of rows that the framework sees when a call has so many.
        inputs_per_call: how many inputs it takes at a time.
    """

    entry: Entry
    shape_of: Callable[[int], int] = int
    inputs_per_call: int = 1


def require_installed(candidate: Candidate) -> None:
    """Raise `MissingPackageError` where a package that a candidate needs is missing; say what to install."""
    missing = [
        name for name in candidate.packages if importlib.util.find_spec(name.replace("-", "_")) is None
    ]
    if missing:
        names = " ".join(missing)
        raise MissingPackageError(
            f"{names} is not installed", to_do=f"{sys.executable} -m pip install {names}"
        )


def prepare(candidate: Candidate, subject: Subject) -> Way:
    """Return a candidate's way to call, with everything that comes once done but the first call.

    Raises:
        MissingPackageError: a package is not installed.
        UnsuitableError: it cannot take what is asked for.
    """
    require_installed(candidate)
    if candidate.same_data and subject.varies:
        raise UnsuitableError("needs the same input in every call")
    if candidate.framework not in (None, subject.framework.name):
        raise UnsuitableError(f"works with {candidate.framework} alone, this is {subject.framework.name}")
    module = importlib.import_module(f"{__name__}.{candidate.id}")
    way: Way = module.prepare(subject)
    return way


def complete(step: Step, subject: Subject) -> Entry:
    """Return one step as an entry that gives NumPy arrays, having made its first call.

    That tells the kind of its outputs; a later call does what these need and no more, as in `entry_points`.
    """
    entry, kwargs = step
    convert = converter(entry(subject.x, **kwargs), subject.framework)
    if convert is None:
        return (lambda x: entry(x, **kwargs)) if kwargs else entry
    converted = convert
    return lambda x: converted(entry(x, **kwargs))


def rows_of(x: Any, framework: Framework) -> int:
    """Return the rows of an input."""
    return int(framework.flatten(x)[0].shape[0])
