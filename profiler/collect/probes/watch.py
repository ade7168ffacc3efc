"""Watches functions of the catalogue: finds them, chooses how they are watched, and puts everything back."""

from __future__ import annotations

from types import FunctionType
from typing import Sequence, Type, Union

from ...protocol.errors import Unusable
from ...protocol.probes import MONITORED
from ..places import Location, locate
from . import live_functions
from .exchange import Exchange
from .live_functions import Living
from .monitoring import Monitoring, free_tool
from .tape import Marks, Tape


class Watch:
    """Records the enters and leaves of functions while it is on; it can be switched at any time.

    Args:
        keys: the functions, as ``path::qualified name``; the number of each is its place here.
        tape: where events go.
        events: what ``sys.monitoring`` is asked for where it is used.

    Attributes:
        ways: how each function is watched to the end: `MONITORED`, or as `Exchange` says.
        unwatched: why each of the others is not; that of a function which the release lacks is not there.
        lost: those of them that were watched at first.
    """

    def __init__(self, keys: Sequence[str], tape: Tape, events: Type[Monitoring] = Monitoring) -> None:
        self.unwatched: dict[str, str] = {}
        self.lost: dict[str, str] = {}
        living = live_functions.find(self._places(keys))
        found = {key: one for key, one in living.items() if one.codes}
        self.unwatched.update(
            (key, "no function of this process runs its code") for key in living.keys() - found
        )
        marks = {key: Marks.of(number) for number, key in enumerate(keys)}
        self._way: Union[Exchange, Monitoring]
        if free_tool() is None:
            self._way = exchange = Exchange(found, marks, tape)
            self.ways = exchange.ways
            self.unwatched.update(exchange.unwatched)
        else:
            codes = [(code, marks[key]) for key, one in found.items() for code in one.codes]
            self._way = events(codes, tape)
            self.ways = dict.fromkeys(found, MONITORED)
        self._codes = [
            (key, function, function.__code__) for key in self.ways for function in _all(found[key])
        ]
        self._holders = live_functions.holders(found)

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
        """Begin to record; where that cannot be, no function counts as watched any more, with the reason."""
        try:
            self._way.on()
        except Unusable as error:
            for key in list(self.ways):
                self._lost(key, error.what)

    def off(self) -> None:
        """Stop recording; every function is as it was, or as someone else has made it meanwhile."""
        self._way.off()
        for key, function, code in self._codes:
            if function.__code__ is not code:
                self._lost(key, "its code was replaced during the measurement")

    def close(self) -> None:
        """Put back what outlived a block, and note the functions that were replaced meanwhile."""
        if isinstance(self._way, Exchange):
            self._way.close()
        now = live_functions.holders(self._holders)
        for key, before in self._holders.items():
            if [id(one) for one in now[key]] != [id(one) for one in before]:
                self._lost(key, "it was replaced by another function during the measurement")

    def _lost(self, key: str, why: str) -> None:
        self.ways.pop(key, None)
        self.lost[key] = self.unwatched.setdefault(key, why)


def _all(living: Living) -> list[FunctionType]:
    return [*living.functions, *living.around]
