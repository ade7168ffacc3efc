"""Replaces a function's code by one that records enter, calls the original and records leave.

It serves where the source cannot be compiled again. Leave is taken after the original's frame has gone, so
the span holds what was destroyed with its locals.
"""

from __future__ import annotations

import inspect
import types
import warnings
from _thread import get_ident

from .code_objects import nested, replaced, with_constants
from .tape import Marks, Tape

_EXTEND, _CLOCK, _THREAD, _ORIGINAL, _ENTER, _LEAVE = (
    f"\0kprof {name}" for name in ("extend", "clock", "thread", "original", "enter", "leave")
)
_SOURCE = f"""
def stand_in(*args, **kwargs):
    {_EXTEND!r}(({_ENTER!r}, {_CLOCK!r}(), {_THREAD!r}()))
    try:
        return {_ORIGINAL!r}(*args, **kwargs)
    finally:
        {_EXTEND!r}(({_LEAVE!r}, {_CLOCK!r}(), {_THREAD!r}()))
"""


def can_stand_in(code: types.CodeType) -> bool:
    """Tell whether calls run code from beginning to end, as those of a generator do not."""
    return not code.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR)


def trampoline(
    function: types.FunctionType, code: types.CodeType, marks: Marks, tape: Tape
) -> types.CodeType:
    """Return code that stands in for a function's own, with room for the same closure.

    Args:
        function: the function that is to have it.
        code: what it calls: the function's own, or that with functions inside it watched.
        marks: what its events are called.
        tape: where they go.
    """
    original = types.FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    original.__kwdefaults__ = function.__kwdefaults__
    objects = {
        _EXTEND: tape.extend,
        _CLOCK: tape.clock,
        _THREAD: get_ident,
        _ORIGINAL: original,
        _ENTER: marks.enter,
        _LEAVE: marks.leave,
    }
    return replaced(
        with_constants(_template(), objects),
        co_name=code.co_name,
        co_filename=code.co_filename,
        co_firstlineno=code.co_firstlineno,
        co_freevars=code.co_freevars,
    )


def _template() -> types.CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return next(nested(compile(_SOURCE, "<kprof>", "exec", dont_inherit=True)))
