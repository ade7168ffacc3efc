"""Finds where a function of the catalogue can be made to wait: before one of its own direct calls.

One call runs under ``sys.setprofile``. Of every Python function that a catalogue's function calls directly,
the module or class is sought that holds it under a name which the caller's code uses: exchanging that
attribute puts the wait into the caller's frame, and into no other function's.
"""

from __future__ import annotations

import sys
from collections import Counter
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, Iterator, Mapping, NamedTuple, Optional

from ...protocol.spec import CatalogueSpec
from .. import harness
from ..harness import Call
from ..inspection import locate_all
from ..places import portable

_CONSTRUCTOR = "__init__"


class Place(NamedTuple):
    """Where a function can be made to wait: before it calls ``holder.name``.

    Attributes:
        key: the function, as the catalogue names it.
        code: the file, first line and name of its code.
        holder: the module or the class that holds what it calls.
        name: under which.
        per_call: how often a call gets here.
        within: internal -> how often a call gets here while it is on the stack, the function's own too.
    """

    key: str
    code: tuple[str, int, str]
    holder: Any
    name: str
    per_call: int
    within: Mapping[str, int]


class _Found(NamedTuple):
    holder: Any
    name: str


class _Recorder:
    """Counts the direct calls of the catalogue's functions, by caller and callee."""

    def __init__(self, keys: Mapping[tuple[str, int], str], internals: Mapping[str, str]) -> None:
        self.counts: Counter[tuple[CodeType, CodeType]] = Counter()
        self.within: dict[tuple[CodeType, CodeType], Counter[str]] = {}
        self.found: dict[tuple[CodeType, CodeType], Optional[_Found]] = {}
        self.key: dict[CodeType, Optional[str]] = {}
        self._keys = keys
        self._internals = internals

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        caller = frame.f_back
        if event != "call" or caller is None or self._key(caller.f_code) is None:
            return
        if self._key(frame.f_code) is not None:
            return
        edge = (caller.f_code, frame.f_code)
        if edge not in self.found:
            self.found[edge] = _holder(caller, frame)
        if self.found[edge] is not None:
            self.counts[edge] += 1
            self.within.setdefault(edge, Counter()).update(self._on_stack(caller))

    def _key(self, code: CodeType) -> Optional[str]:
        if code not in self.key:
            self.key[code] = self._keys.get((portable(code.co_filename), code.co_firstlineno))
        return self.key[code]

    def _on_stack(self, frame: Optional[FrameType]) -> set[str]:
        internals = set()
        while frame is not None:
            key = self._key(frame.f_code)
            if key is not None and key in self._internals:
                internals.add(self._internals[key])
            frame = frame.f_back
        return internals


def places(call: Call, catalogue: CatalogueSpec) -> dict[str, Place]:
    """Make one call and return, for each internal that can be slowed, the place where it waits least often.

    Args:
        call: what one call is.
        catalogue: the functions, and the internal of each.
    """
    located, _ = locate_all(list(catalogue.internals))
    keys = {(place.path, line): key for key, place in located.items() if place for line in place.lines}
    recorder = _Recorder(keys, catalogue.internals)
    harness.observed_call(call, recorder)
    best: dict[str, Place] = {}
    for place in _places(recorder):
        internal = catalogue.internals[place.key]
        if internal not in best or place.per_call < best[internal].per_call:
            best[internal] = place
    return best


def _places(recorder: _Recorder) -> Iterator[Place]:
    for edge, count in recorder.counts.items():
        caller, _ = edge
        key, found = recorder.key[caller], recorder.found[edge]
        if key is not None and found is not None:
            code = (caller.co_filename, caller.co_firstlineno, caller.co_name)
            yield Place(key, code, found.holder, found.name, count, dict(recorder.within[edge]))


def _holder(caller: FrameType, callee: FrameType) -> Optional[_Found]:
    """Return what holds the callee under a name that the caller's code uses; of a class, its constructor."""
    code, names = callee.f_code, caller.f_code.co_names
    module = sys.modules.get(caller.f_globals.get("__name__", ""))
    holders: list[Any] = [] if module is None or vars(module) is not caller.f_globals else [module]
    used = (caller.f_globals.get(name) for name in names)
    holders += [one for one in used if isinstance(one, ModuleType)]
    if code.co_argcount:
        kind = type(callee.f_locals.get(code.co_varnames[0]))
        holders += getattr(kind, "__mro__", ())
        if kind.__name__ in names:
            names += (_CONSTRUCTOR,)
    for holder in holders:
        for name in names:
            value = vars(holder).get(name)
            if type(value) is FunctionType and value.__code__ is code:
                return _Found(holder, name)
    return None
