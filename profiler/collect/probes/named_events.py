"""A tape that also puts an event of the framework's profiler around each span, by a name."""

from __future__ import annotations

from types import CodeType
from typing import Any, Callable, ContextManager, Sequence

from .tape import Tape

# It holds no block of calls: what it is for has gone to the profiler.
CAPACITY = 1


class NamingTape(Tape):
    """Opens an event as a function enters and closes it as it leaves; nothing stays on the tape itself.

    Args:
        names: the name of each function's events, by its number.
        event: makes an event of a name, to be entered and left on one thread.
    """

    def __init__(self, names: Sequence[str], event: Callable[[str], ContextManager[object]]) -> None:
        super().__init__(CAPACITY)
        self._names = names
        self._event = event
        self._open: dict[int, list[tuple[int, ContextManager[object]]]] = {}
        self.extend = self._put

    def _put(self, event: Any) -> None:
        first, second, thread = event
        if isinstance(first, CodeType):
            first = self.marks[id(first)].enter
        elif isinstance(second, CodeType):
            first = self.marks[id(second)].leave
        function, leaves = divmod(first, 2)
        around = self._open.setdefault(thread, [])
        if leaves:
            self._leave(around, function)
        else:
            opened = self._event(self._names[function])
            opened.__enter__()
            around.append((function, opened))

    def _leave(self, around: list[tuple[int, ContextManager[object]]], function: int) -> None:
        """Close the innermost open event of a function, and those within it that had no end."""
        if all(number != function for number, _ in around):
            return
        number = -1
        while number != function:
            number, opened = around.pop()
            opened.__exit__(None, None, None)
