"""Instruments: what is attached while a variant runs; one module each, found by its id.

A module ``ID.py`` of this package defines::

    def attach(call: Call, folder: str, framework: Framework) -> Attached: ...

It is called once for each capture, after the warm-up. ``folder`` takes the capture's raw files. The
descriptor in ``protocol/instruments.py`` says how many calls there are at most, and whether they come in
blocks that take turns with those of other variants (``interleaves``) or all in one.
"""

from __future__ import annotations

import abc
import importlib
from dataclasses import dataclass
from typing import Optional

from ...protocol.spec import Label
from ..frameworks import Framework
from ..harness import Call


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


class Attached(abc.ABC):
    """An instrument that is attached to the calls of one variant.

    Args:
        call: what one call is.
        folder: the capture's folder; it exists.
        framework: what the model runs on.
    """

    def __init__(self, call: Call, folder: str, framework: Framework) -> None:
        self.call = call
        self.folder = folder
        self.framework = framework

    @abc.abstractmethod
    def take(self, count: int) -> list[int]:
        """Make ``count`` calls in a row by `harness.measured_calls`; return each one's duration, in ns."""

    @abc.abstractmethod
    def finish(self) -> Recording:
        """Write the raw files after the last block, and return what the manifest says of them."""


def attach(name: str, call: Call, folder: str, framework: Framework) -> Attached:
    """Attach the instrument of an id to a call and return it."""
    module = importlib.import_module(f"{__name__}.{name}")
    attached: Attached = module.attach(call, folder, framework)
    return attached
