"""What one capture says of the internals, by the instrument that was attached."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol, cast

from ..catalogue.catalogue import Catalogue
from ..catalogue.presence import Resolution
from ..protocol.errors import Unusable
from ..protocol.instruments import INSTRUMENTS as DESCRIPTORS
from ..protocol.instruments import SHARES
from ..readers.pstats.marshal_guard import MarshalGuard
from ..runs.record import Capture
from . import instruments
from .share import Attributed

INSTRUMENTS = tuple(one.id for one in DESCRIPTORS if SHARES in one.gives)
"""Those whose captures give shares; each has a module in `instruments`, named by its id."""


class Attributor(Protocol):
    """What an instrument's module offers."""

    def attribute(
        self,
        capture: Capture,
        resolutions: Mapping[str, Resolution],
        catalogue: Catalogue,
        guard: MarshalGuard,
    ) -> Attributed:
        """Return what a usable capture says of every internal that has a resolution.

        Raises:
            KprofError: it says nothing; the text says why.
        """


def attributor(instrument: str) -> Attributor:
    """Return the module of one of `INSTRUMENTS`."""
    return cast(Attributor, importlib.import_module(f"{instruments.__name__}.{instrument}"))


def attribute(
    capture: Capture, resolutions: Mapping[str, Resolution], catalogue: Catalogue, guard: MarshalGuard
) -> Attributed:
    """Return what a capture says.

    Raises:
        KprofError: it says nothing; the text says why.
    """
    if not capture.usable:
        raise Unusable(str(capture.reason))
    return attributor(capture.instrument).attribute(capture, resolutions, catalogue, guard)
