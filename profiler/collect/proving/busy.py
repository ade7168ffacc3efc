"""Makes a function wait: a busy loop of known length before one of its direct calls."""

from __future__ import annotations

import contextlib
import functools
import sys
import time
from typing import Any, Callable, Iterator

from .callees import Place

# Steps without a call between two looks at the clock, which profilers of Python calls would see.
SPIN = range(500)


class Waits:
    """The waits so far: when each began and ended, in ns of the calls' clock."""

    def __init__(self, clock: Callable[[], int] = time.perf_counter_ns) -> None:
        self.clock = clock
        self.begins: list[int] = []
        self.ends: list[int] = []

    def wait(self, wait_ns: int) -> None:
        """Keep this thread busy for at least so long."""
        begin = now = self.clock()
        while now - begin < wait_ns:
            for _ in SPIN:
                pass
            now = self.clock()
        self.begins.append(begin)
        self.ends.append(now)

    def forget(self, count: int) -> None:
        """Forget the first ones."""
        del self.begins[:count]
        del self.ends[:count]

    @property
    def total_ns(self) -> int:
        """How long they took together."""
        return sum(self.ends) - sum(self.begins)


@contextlib.contextmanager
def slowed(place: Place, wait_ns: int, waits: Waits) -> Iterator[None]:
    """Make a function wait meanwhile, whatever its code is exchanged for.

    What it calls is replaced by a function that looks at its caller, waits where that is the one to slow, and
    goes on to the original. Others who call it do not wait.
    """
    original = vars(place.holder)[place.name]
    filename, line, name = place.code

    @functools.wraps(original)
    def waiting(*args: Any, **kwargs: Any) -> Any:
        caller = sys._getframe(1).f_code
        if (caller.co_firstlineno, caller.co_name, caller.co_filename) == (line, name, filename):
            waits.wait(wait_ns)
        return original(*args, **kwargs)

    setattr(place.holder, place.name, waiting)
    try:
        yield
    finally:
        if vars(place.holder).get(place.name) is waiting:
            setattr(place.holder, place.name, original)
