"""A module on disk that may be watched, and a clock that ticks once a reading."""

import importlib
import itertools
import sys
from _thread import get_ident

import pytest

from profiler.collect.probes.spans import spans
from profiler.collect.probes.tape import Tape
from profiler.collect.probes.watch import Watch


class Probed:
    """A module with its tape; `watch` watches functions of it."""

    def __init__(self, module):
        self.module = module
        self.path = f"{module.__name__}.py"
        self.tape = Tape(64, itertools.count(1).__next__)

    def watch(self, *names):
        return Watch([f"{self.path}::{name}" for name in names], self.tape)

    def spans(self):
        return spans(self.tape.take(), get_ident())

    def during(self, watch, call):
        watch.on()
        try:
            return call(self.module)
        finally:
            watch.off()


@pytest.fixture
def probed(tmp_path, monkeypatch, request):
    """Return a function: source -> `Probed`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    numbers = itertools.count()
    names = []

    def load(source):
        name = f"probed_{abs(hash(request.node.nodeid))}_{next(numbers)}"
        (tmp_path / f"{name}.py").write_text(source)
        importlib.invalidate_caches()
        names.append(name)
        return Probed(importlib.import_module(name))

    yield load
    for name in names:
        sys.modules.pop(name, None)
