"""Watches code by ``sys.monitoring``, in CPython 3.12 and later.

Starts and ends of the watched code are local events. An exception that leaves a frame or is thrown into a
generator is not offered as one: its callbacks see all code, and return at once for what is not watched.
Code is known by its ``id``: a second copy of a module has equal code, and hashing it takes thirty times as
long. Of watched code even that is left to the tape.

What is thrown into a generator that hands over to another goes to the other without an event of the first:
the first gets no span for it.
"""

from __future__ import annotations

import inspect
import sys
from _thread import get_ident
from types import CodeType
from typing import Any, Sequence

from ...protocol.errors import Unusable
from .tape import Marks, Tape

# 0 to 2 and 5 have their users by convention: debuggers, coverage, profilers (cProfile), optimizers.
TOOLS = (3, 4)
NAME = "kprof"


def free_tool() -> int | None:
    """Return an id that no tool holds; None where all are taken or this Python has no monitoring."""
    monitoring: Any = getattr(sys, "monitoring", None)
    if monitoring is None:
        return None
    return next((tool for tool in TOOLS if monitoring.get_tool(tool) is None), None)


class Monitoring:
    """Records the enter and leave of watched code while it is on.

    It takes a tool's id each time that it is switched on: another tool may have come or gone meanwhile.

    Args:
        marks: code objects, and what the events of each are called.
        tape: where they go.
    """

    def __init__(self, marks: Sequence[tuple[CodeType, Marks]], tape: Tape) -> None:
        self._tool: int | None = None
        self._codes = [code for code, _ in marks]
        self._tape = tape
        tape.marks = {id(code): one for code, one in marks}

    def on(self) -> None:
        """Take an id and begin to record.

        Raises:
            Unusable: other tools hold them all.
        """
        self._tool = free_tool()
        if self._tool is None:
            raise Unusable("other tools have taken the ids of sys.monitoring")
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
        monitoring.use_tool_id(self._tool, NAME)
        events = monitoring.events
        for event, callback in self._callbacks(events).items():
            monitoring.register_callback(self._tool, event, callback)
        for code in self._codes:
            monitoring.set_local_events(self._tool, code, self._local(events, code))
        monitoring.set_events(self._tool, self._global(events))

    def off(self) -> None:
        """Stop recording and give the id back; without one there is nothing to stop."""
        if self._tool is None:
            return
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
        events = monitoring.events
        monitoring.set_events(self._tool, 0)
        for code in self._codes:
            monitoring.set_local_events(self._tool, code, 0)
        for event in self._callbacks(events):
            monitoring.register_callback(self._tool, event, None)
        monitoring.free_tool_id(self._tool)
        self._tool = None

    def _global(self, events: Any) -> int:
        seen: int = events.PY_UNWIND | events.PY_THROW
        return seen

    def _local(self, events: Any, code: CodeType) -> int:
        local: int = events.PY_START | events.PY_RETURN
        if code.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
            local |= events.PY_RESUME | events.PY_YIELD
        return local

    def _callbacks(self, events: Any) -> dict[int, Any]:
        extend, clock, thread, watched = self._tape.extend, self._tape.clock, get_ident, self._tape.marks

        def begun(code: CodeType, offset: int) -> None:
            extend((code, clock(), thread()))

        def ended(code: CodeType, offset: int, value: object) -> None:
            extend((clock(), code, thread()))

        def unwound(code: CodeType, offset: int, error: BaseException) -> None:
            if id(code) in watched:
                extend((clock(), code, thread()))

        def thrown(code: CodeType, offset: int, error: BaseException) -> None:
            if id(code) in watched:
                extend((code, clock(), thread()))

        return {
            events.PY_START: begun,
            events.PY_RESUME: begun,
            events.PY_RETURN: ended,
            events.PY_YIELD: ended,
            events.PY_UNWIND: unwound,
            events.PY_THROW: thrown,
        }


class Returns(Monitoring):
    """Records returns alone: no other code of the process costs anything for it."""

    def _global(self, events: Any) -> int:
        return 0

    def _local(self, events: Any, code: CodeType) -> int:
        returns: int = events.PY_RETURN
        return returns
