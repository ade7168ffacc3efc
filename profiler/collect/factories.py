"""The user's factory: found by ``module:name``, called, and what goes wrong in it put into a line."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from typing import Any, Iterator

from ..protocol.errors import UsageError


def make(spec: str) -> Any:
    """Return what the factory returns.

    Raises:
        UsageError: there is no such factory, or it ended the process.
    """
    with _speaking_for(spec):
        return _factory(spec)()


@contextmanager
def _speaking_for(spec: str) -> Iterator[None]:
    """Keep what the user's code prints out of stdout, and the worker alive."""
    printed, sys.stdout = sys.stdout, sys.stderr
    try:
        yield
    except SystemExit as error:
        raise UsageError(
            f"{spec}: the factory ended the process (sys.exit({error.code!r})): let it return a model"
        ) from error
    finally:
        sys.stdout = printed


def _factory(spec: str) -> Any:
    module_name, _, name = spec.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and module_name.startswith(error.name):
            raise UsageError(f"{spec}: no module {module_name!r} here or in the environment") from error
        raise
    factory = getattr(module, name, None)
    if not callable(factory):
        raise UsageError(f"{spec}: {module.__name__} has no callable {name!r}")
    return factory
