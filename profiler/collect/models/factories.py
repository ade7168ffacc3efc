"""Calls the user's factory, found by ``module:name``, and reports what goes wrong in it in one line."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import contextmanager
from typing import Any, Callable, Iterator

from ...protocol.errors import UsageError
from .. import reasons


def find(spec: str) -> Callable[[], Any]:
    """Import a factory's module and return what calls the factory.

    Raises:
        UsageError: there is no such factory; or, at a call, it raised or ended the process.
    """
    with _speaking_for(spec):
        factory = _factory(spec)

    def call() -> Any:
        with _speaking_for(spec):
            return factory()

    return call


@contextmanager
def _speaking_for(spec: str) -> Iterator[None]:
    """Send what the user's code prints to stderr, and turn what it raises into an error of ours.

    The current folder stands first on the path meanwhile, as with ``python -m``; afterwards it comes last
    again, so that what the framework imports late is not the user's.
    """
    here = os.getcwd()
    sys.path.insert(0, here)
    printed, sys.stdout = sys.stdout, sys.stderr
    try:
        yield
    except SystemExit as error:
        what = f"the factory ended the process (sys.exit({error.code!r}))"
        raise UsageError(what, spec, "let it return a model") from error
    except UsageError:
        raise
    except Exception as error:
        raise UsageError(reasons.placed(error), spec) from error
    finally:
        sys.stdout = printed
        if here in sys.path:
            sys.path.remove(here)


def _factory(spec: str) -> Any:
    module_name, _, name = spec.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{module_name}.".startswith(f"{error.name}."):
            raise UsageError(f"no module {module_name!r} here or in the environment", spec) from error
        raise
    factory = getattr(module, name, None)
    if not callable(factory):
        file = getattr(module, "__file__", None) or "built into Python"
        raise UsageError(f"{module.__name__} ({file}) has no callable {name!r}", spec)
    return factory
