"""A framework that is made up: what the worker's modules ask of one, without importing any."""

import contextlib
from pathlib import Path
from types import SimpleNamespace

from profiler.collect.frameworks.framework import Framework, Session
from profiler.collect.instruments import Subject
from profiler.collect.probes.watches import Watches
from profiler.protocol.spec import CatalogueSpec, ObserveSpec


def leaves(structure):
    if isinstance(structure, dict):
        return [leaf for key in sorted(structure) for leaf in leaves(structure[key])]
    if isinstance(structure, list):
        return [leaf for one in structure for leaf in leaves(one)]
    return [structure]


def mapped(function, structure, *others):
    if isinstance(structure, dict):
        return {
            key: mapped(function, structure[key], *(one[key] for one in others)) for key in sorted(structure)
        }
    if isinstance(structure, list):
        return [mapped(function, *each) for each in zip(structure, *others, strict=True)]
    return function(structure, *others)


def subject(call, folder, framework=None, functions=(), frames=()):
    """Return what an instrument is attached to: functions and frames are those that it watches."""
    watches = Watches(CatalogueSpec(list(functions), ObserveSpec(), list(frames)))
    return Subject(call, str(folder), framework or MadeUp(), watches)


class MadeUp(Framework):
    """Does what it is asked, and keeps what that was in ``log``."""

    def __init__(
        self, keras=None, devices=(), trace=b"trace of kprof_call", python_events=False, suffix=".trace"
    ):
        super().__init__("made_up", "1.0", keras or SimpleNamespace())
        self.log = []
        self.loaded = SimpleNamespace(signatures={})
        self._devices = devices
        self._trace = trace
        self._python_events = python_events
        self._suffix = suffix

    def slug(self):
        return "made_up1.0-py3"

    def keras_version(self):
        return "3.0"

    def backend(self):
        return "made_up"

    def devices(self):
        return None if self._devices is None else list(self._devices)

    def threads(self):
        return {"all": 0}

    def seed(self, number):
        self.log.append(("seed", number))

    def map_structure(self, function, *structures):
        self.log.append("map_structure")
        return mapped(function, *structures)

    def saved_model(self, path):
        self.log.append(("saved_model", path))
        return self.loaded

    def flatten(self, structure):
        return leaves(structure)

    def texts(self, array):
        return ("text", array.tolist())

    def function(self, step):
        self.log.append("function")
        return step

    def runtime_session(self):
        return self.profiler_session()

    def profiler_session(self):
        @contextlib.contextmanager
        def mark(name, number):
            self.log.append(("mark", name, number))
            yield

        def stop(folder):
            session = Path(folder) / "plugins" / "profile" / "now"
            session.mkdir(parents=True)
            (session / f"host{self._suffix}").write_bytes(self._trace)

        @contextlib.contextmanager
        def event(name):
            self.log.append(("begin", name))
            yield
            self.log.append(("end", name))

        def start(folder):
            self.log.append("start")

        return Session(start, stop, mark, event, self._python_events, self._suffix)
