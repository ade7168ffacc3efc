"""Watches functions by exchanging their code while they are watched, in every CPython from 3.7 on."""

from __future__ import annotations

from types import CodeType, FunctionType
from typing import Mapping

from ...protocol.errors import Unusable
from ...protocol.probes import AROUND, IN_FRAME
from . import in_frame, live_functions
from .code_objects import with_constants
from .live_functions import Living
from .tape import Marks, Tape
from .trampoline import can_stand_in, trampoline


class Exchange:
    """Functions whose code is another while they are watched.

    A function inside another is watched in the functions that live, and in the code of the outer one, which
    makes more of them.

    Args:
        living: what lives of each function.
        marks: what the events of each are called.
        tape: where they go.

    Attributes:
        ways: how each is watched: `IN_FRAME`, or `AROUND` where its source cannot be compiled again; then its
            spans hold the destruction of its locals.
        unwatched: why a function is not watched.

    A frame that is open when recording stops still records its leave. So does a function that was made of
    watched code record its calls, until `close`.
    """

    def __init__(self, living: Mapping[str, Living], marks: Mapping[str, Marks], tape: Tape) -> None:
        self.ways: dict[str, str] = {}
        self.unwatched: dict[str, str] = {}
        self._exchanged: dict[int, CodeType] = {}
        self._around: dict[int, Marks] = {}
        self._tape = tape
        tape.recording = False
        self._kept: list[CodeType] = []
        sources = in_frame.Sources()
        for key, found in living.items():
            try:
                self._prepare(key, found, marks[key], tape, sources)
            except Unusable as error:
                self.unwatched[key] = error.what
        functions = {id(one): one for found in living.values() for one in (*found.functions, *found.around)}
        self._before: list[tuple[FunctionType, CodeType]] = []
        self._during: list[CodeType] = []
        self._originals: dict[int, CodeType] = {}
        for function in functions.values():
            code = function.__code__
            during = self._rebuilt(code)
            if id(function) in self._around:
                during = trampoline(function, during, self._around[id(function)], tape)
            if during is not code:
                self._before.append((function, code))
                self._during.append(during)

    def _prepare(self, key: str, found: Living, marks: Marks, tape: Tape, sources: in_frame.Sources) -> None:
        """Compile what a function's code is exchanged for.

        Raises:
            Unusable: it cannot be watched.
        """
        way = IN_FRAME
        exchanged: dict[int, CodeType] = {}
        around: dict[int, Marks] = {}
        for code in found.codes:
            try:
                exchanged[id(code)] = in_frame.watched(code, marks, tape, sources)
            except Unusable:
                if found.around or not can_stand_in(code):
                    raise
                way = AROUND
                around.update((id(one), marks) for one in found.functions if one.__code__ is code)
        self._exchanged.update(exchanged)
        self._around.update(around)
        self.ways[key] = way

    def _rebuilt(self, code: CodeType) -> CodeType:
        """Return a code object as it is while functions are watched: the same one where nothing changes."""
        inner = {one: self._rebuilt(one) for one in code.co_consts if isinstance(one, CodeType)}
        changed = {one: other for one, other in inner.items() if other is not one}
        base = self._exchanged.get(id(code), code)
        if base is code and not changed:
            return code
        rebuilt = with_constants(base, changed) if changed else base
        self._originals[id(rebuilt)] = code
        self._kept.append(rebuilt)
        return rebuilt

    def on(self) -> None:
        """Begin to record. A function whose code someone else has changed keeps it."""
        self._tape.recording = True
        for (function, before), during in zip(self._before, self._during):
            if function.__code__ is before:
                function.__code__ = during

    def off(self) -> None:
        """Stop recording: every function has the code that it had, unless someone else changed it since."""
        self._tape.recording = False
        for (function, before), during in zip(self._before, self._during):
            if function.__code__ is during:
                function.__code__ = before

    def close(self) -> None:
        """Give functions that were made of watched code, and live, their code back too."""
        for function in live_functions.running(self._originals):
            function.__code__ = self._originals[id(function.__code__)]
