"""Inspects one call that is never timed: what ran, how often, and what this release has.

It runs under ``sys.setprofile``, and only the events of Python functions are read. Every CPython reports
those correctly, so presence and ``graphs_traced`` hold even where cProfile loses frames.
"""

from __future__ import annotations

from collections import Counter
from types import CodeType, FrameType
from typing import Any

from ..protocol.errors import Unusable
from ..protocol.inspection import CodePlace, InspectedFunction, Inspection
from ..protocol.spec import CatalogueSpec
from . import harness
from .harness import Call
from .other_threads import OtherThreads
from .places import Location, locate, portable, qualified_names


class _Recorder:
    """Counts entries by code object, and keeps what the watched functions were called with."""

    def __init__(
        self,
        traced: set[tuple[str, int]],
        adapters: set[tuple[str, int]],
        keys: dict[tuple[str, int], str],
    ) -> None:
        self.entered: Counter[CodeType] = Counter()
        self.functions_traced: list[str] = []
        self.adapter_classes: list[str] = []
        self.wrapper: CodeType | None = None
        self.within: dict[str, set[str]] = {}
        self.outside: Counter[str] = Counter()
        self._watched: dict[CodeType, tuple[bool, bool]] = {}
        self._key: dict[CodeType, str] = {}
        self._keys = keys
        self._traced = traced
        self._adapters = adapters

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        self.entered[code] += 1
        if self.wrapper is None and frame.f_back and frame.f_back.f_code is harness.measured_calls.__code__:
            self.wrapper = code
        if self.entered[code] == 1:
            place = (portable(code.co_filename), code.co_firstlineno)
            self._watched[code] = (place in self._traced, place in self._adapters)
            if place in self._keys:
                self._key[code] = self._keys[place]
        if code in self._key:
            self._look_out(frame, self._key[code])
        traced, adapter = self._watched[code]
        if traced:
            self.functions_traced.append(_traced_name(frame.f_locals))
        elif adapter:
            self.adapter_classes.append(type(frame.f_locals.get("self")).__name__)

    def _look_out(self, frame: FrameType, key: str) -> None:
        """Note which of the catalogue's functions are on the stack as one of them is entered.

        An entry is recursive when the function itself is on the stack, directly above or not.
        """
        outer = set()
        above = frame.f_back
        while above is not None:
            if above.f_code in self._key:
                outer.add(self._key[above.f_code])
            above = above.f_back
        self.outside[key] += key not in outer
        self.within[key] = self.within[key] & outer if key in self.within else outer


def _traced_name(arguments: dict[str, Any]) -> str:
    name = arguments.get("name")
    if isinstance(name, str) and name:
        return name
    return str(getattr(arguments.get("python_func"), "__qualname__", "?"))


def inspect_call(call: Call, model: Any, catalogue: CatalogueSpec) -> tuple[Inspection, list[list[Any]]]:
    """Make one call under ``sys.setprofile`` and return the content of ``inspect.json`` and a names list.

    Args:
        call: what one call is.
        model: the Keras model, for the study's flag.
        catalogue: the functions to look for, and what to watch.

    Returns:
        What ran, and rows (path, line, qualified name, calls) of every Python function entered.
    """
    observe = catalogue.observe
    places, errors = locate_all(catalogue.functions)
    keys = {(place.path, line): key for key, place in places.items() if place for line in place.lines}
    recorder = _Recorder(_lines(places, observe.graph_traced), _lines(places, observe.adapters), keys)
    others = OtherThreads()
    with others.watched():
        harness.observed_call(call, recorder)
    elsewhere = {(portable(code.co_filename), code.co_firstlineno) for code in others.began}
    entered: Counter[tuple[str, int]] = Counter()
    for code, count in recorder.entered.items():
        entered[portable(code.co_filename), code.co_firstlineno] += count
    counts = {
        key: sum(entered[place.path, line] for line in place.lines) if place else 0
        for key, place in places.items()
    }
    labels = [label for key, label in observe.adapter_labels.items() if counts[key]]
    result = Inspection(
        functions={
            **{key: _function(place, counts[key], key, recorder, elsewhere) for key, place in places.items()},
            **{key: InspectedFunction(exists=False, error=error) for key, error in errors.items()},
        },
        loop=next((label for key, label in observe.loops.items() if counts[key]), None),
        data_adapter=next(iter(recorder.adapter_classes + labels), None),
        flag_experimental_run_tf_function=getattr(model, "_experimental_run_tf_function", None),
        graphs_traced=sum(counts[key] for key in observe.graph_traced),
        functions_traced=recorder.functions_traced,
        iterators_made=sum(counts[key] for key in observe.iterator_made),
        python_calls=sum(recorder.entered.values()),
        wrapper=_place(recorder.wrapper),
        unseen_threads=others.unseen,
    )
    return result, _names(recorder.entered)


def locate_all(keys: list[str]) -> tuple[dict[str, Location | None], dict[str, str]]:
    """Return where each function is, and for those whose file cannot be parsed the reason."""
    places: dict[str, Location | None] = dict.fromkeys(keys)
    errors = {}
    for key in keys:
        try:
            places[key] = locate(key)
        except Unusable as error:
            errors[key] = str(error)
    return places, errors


def _lines(places: dict[str, Location | None], keys: list[str]) -> set[tuple[str, int]]:
    found = (places[key] for key in keys)
    return {(place.path, line) for place in found if place for line in place.lines}


def _place(code: CodeType | None) -> CodePlace | None:
    if code is None:
        return None
    return CodePlace(portable(code.co_filename), code.co_firstlineno, code.co_name)


def _function(
    place: Location | None, entered: int, key: str, recorder: _Recorder, elsewhere: set[tuple[str, int]]
) -> InspectedFunction:
    if place is None:
        return InspectedFunction(exists=False)
    within = recorder.within.get(key)
    return InspectedFunction(
        exists=True,
        path=place.path,
        lines=list(place.lines),
        qualified_name=place.qualified_name,
        entered=entered,
        outside=recorder.outside[key],
        within=None if within is None else sorted(within),
        on_other_threads=any((place.path, line) in elsewhere for line in place.lines),
    )


def _names(entered: Counter[CodeType]) -> list[list[Any]]:
    known: dict[str, dict[tuple[int, str], str]] = {}
    rows: Counter[tuple[str, int, str]] = Counter()
    for code, count in entered.items():
        names = known.setdefault(code.co_filename, qualified_names(code.co_filename))
        name = names.get((code.co_firstlineno, code.co_name), code.co_name)
        rows[portable(code.co_filename), code.co_firstlineno, name] += count
    return [[path, line, name, count] for (path, line, name), count in sorted(rows.items())]
