"""Errors of making and finding environments; each is one line that says what to do."""

from __future__ import annotations

from ..protocol.errors import CollectError


class EnvironmentUnavailableError(CollectError):
    """An environment that could not be made, is broken, in use or not there."""


class NoSuchReleaseError(EnvironmentUnavailableError):
    """The package index holds no such release of the package."""


class DoesNotFitError(EnvironmentUnavailableError):
    """The release exists, but not for this Python version or machine."""


class DoesNotResolveError(EnvironmentUnavailableError):
    """The release and its pins cannot be installed together."""
