"""What a process watches: prepared once for all its captures, and switched on for a block of calls."""

from __future__ import annotations

import contextlib
from typing import Callable, Iterator, List, Type

from ...protocol.spec import CatalogueSpec
from .monitoring import Monitoring, Returns
from .tape import Tape
from .watch import Watch


class Watched:
    """Some of the catalogue's functions and their tape; looking for them begins with `prepare`.

    Args:
        keys: the functions; the number of each is its place here.
        events: what ``sys.monitoring`` is asked for where it is used.
        tape: makes the tape.
    """

    def __init__(
        self, keys: List[str], events: Type[Monitoring] = Monitoring, tape: Callable[[], Tape] = Tape
    ) -> None:
        self.keys = keys
        self._events = events
        self._made_tape = tape
        self._tape: Tape | None = None
        self._watch: Watch | None = None

    def prepare(self) -> None:
        """Find the functions and prepare their watching, once: it takes up to a second."""
        self._prepared()

    def _prepared(self) -> tuple[Watch, Tape]:
        if self._watch is None or self._tape is None:
            self._tape = self._made_tape()
            self._watch = Watch(self.keys, self._tape, self._events)
        return self._watch, self._tape

    @contextlib.contextmanager
    def watched(self) -> Iterator[Tape]:
        """Watch the functions meanwhile; yield where their events go."""
        watch, tape = self._prepared()
        watch.on()
        try:
            yield tape
        finally:
            watch.off()

    def close(self) -> None:
        """Put everything back."""
        if self._watch is not None:
            self._watch.close()

    @property
    def ways(self) -> dict[str, str]:
        """How each function that is watched is."""
        return self._prepared()[0].ways

    @property
    def unwatched(self) -> dict[str, str]:
        """Why each of the others is not."""
        return self._prepared()[0].unwatched

    @property
    def lost(self) -> dict[str, str]:
        """Why some that were watched at first are not any more."""
        return self._prepared()[0].lost


class Watches:
    """All that the instruments of a process watch.

    Attributes:
        catalogue: what there is to watch.
        functions: the functions of the catalogue.
        frames: those whose end splits a call into its frame and its teardown.
    """

    def __init__(self, catalogue: CatalogueSpec) -> None:
        self.catalogue = catalogue
        self.functions = Watched(catalogue.functions)
        self.frames = Watched(catalogue.frames, Returns)

    def close(self) -> None:
        """Put everything back."""
        self.functions.close()
        self.frames.close()
