"""Isolated environments, one a TensorFlow release, in a cache folder of the user."""

from __future__ import annotations

from .errors import DoesNotFitError, EnvironmentUnavailableError, NoSuchReleaseError
from .interpreters import Interpreter, find_interpreters
from .making import in_use, made, make
from .releases import Release, known_releases, look_up
from .store import Environment, Stored, list_environments, locked, remove

__all__ = [
    "DoesNotFitError",
    "Environment",
    "EnvironmentUnavailableError",
    "Interpreter",
    "NoSuchReleaseError",
    "Release",
    "Stored",
    "find_interpreters",
    "in_use",
    "known_releases",
    "list_environments",
    "locked",
    "look_up",
    "made",
    "make",
    "remove",
]
