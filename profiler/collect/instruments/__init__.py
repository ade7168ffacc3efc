"""Instruments: what is attached while a variant runs; one module each, found by its id.

A module ``ID.py`` of this package defines::

    def attach(subject: Subject) -> Attached: ...

It is called once for each capture, after the warm-up. The descriptor in ``protocol/instruments.py`` says how
many calls there are at most, and whether they come in blocks that take turns with those of other captures
(``interleaves``) or in blocks beside others with the instrument off (``blocks``, ``rehearsals``).
"""

from __future__ import annotations

import abc
import importlib
from dataclasses import dataclass
from typing import Callable, List, Optional

from ...protocol.scopes import ModelScopes
from ...protocol.vocabulary import Label
from ..frameworks import Framework
from ..harness import Call, Timed
from ..probes.watches import Watches


@dataclass(frozen=True)
class Recording:
    """What an instrument says about its capture; the fields are those of `CaptureManifest`.

    ``unsound``: why the raw files cannot be believed; None where they can.
    """

    unsound: Optional[str] = None
    harness: Optional[Label] = None
    wrapper: Optional[Label] = None
    merged_labels: Optional[int] = None
    step_name: Optional[str] = None
    steps: Optional[int] = None
    python_events: Optional[bool] = None
    unsplit: Optional[str] = None
    collections: Optional[List[int]] = None


@dataclass(frozen=True)
class Subject:
    """What an instrument is attached to.

    Attributes:
        call: what one call is.
        folder: takes the capture's raw files; it exists.
        framework: what the model runs on.
        watches: the functions of the catalogue, for instruments that watch them.
        scopes: builds the model's graph anew and returns its layers; None where there is no model.
    """

    call: Call
    folder: str
    framework: Framework
    watches: Watches
    scopes: Optional[Callable[[], ModelScopes]] = None


class Attached(abc.ABC):
    """An instrument that is attached to the calls of one variant."""

    def __init__(self, subject: Subject) -> None:
        self.call = subject.call
        self.folder = subject.folder
        self.framework = subject.framework

    def ready(self) -> None:  # noqa: B027  most instruments have nothing to do
        """Do the slow preparations, once every variant of the process has been warmed up."""

    @abc.abstractmethod
    def take(self, count: int, re_warm_up: int) -> Timed:
        """Make ``count`` calls in a row by `harness.measured_calls`, after ``re_warm_up`` untimed ones."""

    def rehearse(self, count: int) -> Timed:
        """Make ``count`` calls as `take` does, and throw the recording away."""
        raise NotImplementedError(f"{type(self).__name__} takes no rehearsals")

    @abc.abstractmethod
    def finish(self) -> Recording:
        """Write the raw files after the last block, and return what the manifest says of them."""


def attach(name: str, subject: Subject) -> Attached:
    """Attach the instrument of an id and return it."""
    module = importlib.import_module(f"{__name__}.{name}")
    attached: Attached = module.attach(subject)
    return attached
