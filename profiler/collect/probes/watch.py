"""Watches functions of the catalogue: finds them, chooses how they are watched, and puts everything back."""

from __future__ import annotations

from typing import Sequence, Type, Union

from ...protocol.errors import Unusable
from ...protocol.probes import MONITORED
from ..places import Location, locate
from . import live_functions
from .exchange import Exchange
from .monitoring import Monitoring, free_tool
from .tape import Marks, Tape


class Watch:
    """Records the enters and leaves of functions while it is on; it can be switched at any time.

    Args:
        keys: the functions, as ``path::qualified name``; the number of each is its place here.
        tape: where events go.
        events: what ``sys.monitoring`` is asked for where it is used.

    Attributes:
        ways: how each function is watched: `MONITORED`, or as `Exchange` says.
        unwatched: why each of the others is not; that of a function which the release lacks is not there.
    """

    def __init__(self, keys: Sequence[str], tape: Tape, events: Type[Monitoring] = Monitoring) -> None:
        self.unwatched: dict[str, str] = {}
        living = live_functions.find(self._places(keys))
        found = {key: one for key, one in living.items() if one.codes}
        self.unwatched.update(
            (key, "no function of this process runs its code") for key in living.keys() - found
        )
        marks = {key: Marks.of(number) for number, key in enumerate(keys)}
        tool = free_tool()
        self._way: Union[Exchange, Monitoring]
        if tool is None:
            self._way = exchange = Exchange(found, marks, tape)
            self.ways = exchange.ways
            self.unwatched.update(exchange.unwatched)
        else:
            codes = {code: marks[key] for key, one in found.items() for code in one.codes}
            self._way = events(tool, codes, tape)
            self.ways = dict.fromkeys(found, MONITORED)
        self._holders = {key: live_functions.holder(key) for key in found}

    def _places(self, keys: Sequence[str]) -> dict[str, Location]:
        places = {}
        for key in keys:
            try:
                place = locate(key)
            except Unusable as error:
                self.unwatched[key] = str(error)
                continue
            if place is not None:
                places[key] = place
        return places

    def on(self) -> None:
        """Begin to record.

        Raises:
            ValueError: another tool has taken the id of ``sys.monitoring`` meanwhile.
        """
        self._way.on()

    def off(self) -> None:
        """Stop recording; every function is as it was."""
        self._way.off()

    def close(self) -> None:
        """Put back what outlived a block, and note the functions that were replaced meanwhile."""
        if isinstance(self._way, Exchange):
            self._way.close()
            self.unwatched.update(self._way.unwatched)
        for key, holder in self._holders.items():
            if live_functions.holder(key) is not holder:
                self.unwatched[key] = "it was replaced by another function during the measurement"
