"""``--tf auto``: picks the release by the model's file, and asks before its environment is fetched."""

from __future__ import annotations

import sys

import click

from .. import environments
from ..plan import loadable, user_model
from ..plan.loadable import Choice
from ..plan.request import Request
from ..protocol.errors import UsageError

AUTO = "auto"


def pick(request: Request) -> Choice:
    """Return the release that loads a request's model file.

    Raises:
        UsageError: there is no model file, or it does not say what wrote it.
    """
    file = user_model.model_file(request.model)
    if file is None:
        what = "picks a release by what a model file says of its writer"
        raise UsageError(what, "--tf auto", "give one with --model, or name a release: --tf RELEASE")
    return loadable.choose(file)


def fetching(choice: Choice) -> str | None:
    """Return what would be fetched for a release, as text; None where its environment exists already."""
    if environments.made(choice.release.version) is not None:
        return None
    size = choice.release.download_mb
    how_much = "an unknown amount" if size is None else f"about {size} MB"
    return f"its environment is not there yet: {how_much} will be fetched from the package index"


def require_consent(choice: Choice, is_agreed: bool) -> None:
    """Ask on a terminal whether an environment may be fetched; nothing is asked where it exists.

    Args:
        choice: the release.
        is_agreed: whether the user has said yes beforehand.

    Raises:
        UsageError: the answer is no, or nobody is there to give one.
    """
    told = fetching(choice)
    if told is None or is_agreed:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"{told}, and nobody can be asked", "--tf auto", "give --yes")
    if not click.confirm(f"{told}; go on?", err=True):
        what = f"nothing was fetched for TensorFlow {choice.release.version}"
        raise UsageError(what, "--tf auto", "name another release (--tf RELEASE) or interpreter (--python)")
