"""The interface between the worker and a framework; each framework has an adapter that implements it."""

from __future__ import annotations

import abc
import contextlib
import os
import platform
import sys
from dataclasses import dataclass
from typing import Any, Callable, ContextManager, Iterator

from ...protocol.errors import Unusable, UsageError
from ...protocol.spec import EnvironmentFacts
from .. import machine, selftest
from . import global_state

Mark = Callable[[str, int], ContextManager[Any]]
Event = Callable[[str], ContextManager[Any]]


@dataclass(frozen=True)
class Session:
    """A session of the framework's own profiler, which leaves a trace in a folder.

    Attributes:
        start: starts recording.
        stop: stops recording and writes the trace somewhere below the folder.
        mark: ``mark(name, number)`` puts an event around a call.
        event: ``event(name)`` puts one around anything else.
        python_events: whether it can record Python calls.
        suffix: how the name of the trace's file ends.
    """

    start: Callable[[str], None]
    stop: Callable[[str], None]
    mark: Mark
    event: Event
    python_events: bool
    suffix: str

    @contextlib.contextmanager
    def recording(self, folder: str) -> Iterator[None]:
        """Record while the ``with`` block runs; a block that raises leaves its trace too."""
        self.start(folder)
        try:
            yield
        finally:
            self.stop(folder)

    def traces(self, folder: str) -> list[str]:
        """Return the traces in a folder, without empty files."""
        return [
            path
            for path in _below(os.path.join(folder, "plugins", "profile"))
            if path.endswith(self.suffix) and os.path.getsize(path)
        ]


def _below(folder: str) -> list[str]:
    return sorted(os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names)


class Framework(abc.ABC):
    """A framework that has been imported, and the Keras that runs on it.

    Args:
        name: the name of the adapter's module.
        version: the framework's release.
        keras: the Keras whose models are measured.
    """

    def __init__(self, name: str, version: str, keras: Any) -> None:
        self.name = name
        self.version = version
        self.keras = keras

    def describe(self) -> EnvironmentFacts:
        """Return the environment's facts, before any workload is built; what is unknown is None."""
        import numpy

        devices = self.devices()
        return EnvironmentFacts(
            slug=self.slug(),
            python=platform.python_version(),
            executable=sys.executable,
            framework=self.name,
            framework_version=self.version,
            keras=self.keras_version(),
            backend=self.backend(),
            numpy=numpy.__version__,
            device=None if devices is None else (devices or ["CPU"])[0].partition(":")[0],
            cpu=machine.cpu(),
            cores=machine.cores(),
            platform=platform.platform(),
            threads=self.threads(),
            cprofile_lost_frames=list(selftest.lost_frames()),
        )

    @abc.abstractmethod
    def slug(self) -> str:
        """Return the environment's name, like ``tf2.21.0-py3.11``."""

    @abc.abstractmethod
    def keras_version(self) -> str | None:
        """Return the release of `keras`; None where it does not say."""

    @abc.abstractmethod
    def backend(self) -> str:
        """Return the name of the backend that `keras` runs on."""

    @abc.abstractmethod
    def devices(self) -> list[str] | None:
        """Return each accelerator by kind and model, like ``GPU:0 NVIDIA L4``; None where nobody can tell."""

    @abc.abstractmethod
    def threads(self) -> dict[str, int | None]:
        """Return how many threads the framework uses, by kind; 0 leaves it to the framework."""

    @abc.abstractmethod
    def seed(self, number: int) -> None:
        """Seed the random numbers from which a new model's weights are drawn."""

    def remember(self) -> Callable[[], None]:
        """Return what puts back the names, random numbers and policies that building a model changes."""
        return global_state.remember(self.keras)

    @abc.abstractmethod
    def map_structure(self, function: Callable[..., Any], *structures: Any) -> Any:
        """Return a structure of the same shape with the function applied to each leaf."""

    @abc.abstractmethod
    def flatten(self, structure: Any) -> list[Any]:
        """Return the leaves of a structure in order."""

    @abc.abstractmethod
    def texts(self, array: Any) -> Any:
        """Return a NumPy array of texts as a model takes it."""

    @abc.abstractmethod
    def function(self, step: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return the step compiled by the framework, for the entry point ``function``."""

    def saved_model(self, path: str) -> Any:
        """Return what a SavedModel folder holds; ``signatures`` are its functions by name.

        Raises:
            UsageError: the framework loads none.
        """
        raise UsageError(f"{self.name} loads no SavedModel", path, "measure it with TensorFlow")

    @abc.abstractmethod
    def profiler_session(self) -> Session:
        """Return the profiler session that this release offers, with Python calls where it can."""

    def build_graph(self, step: Callable[[Any], Any], x: Any) -> None:
        """Build the graph of a step for an input, without running it.

        Raises:
            Unusable: the framework builds none whose scopes can be read.
        """
        raise Unusable(f"{self.name} builds no graph with name scopes")

    def name_scope(self) -> str | None:
        """Return the name scope of the graph that is being built; None where there is none."""
        return None

    @property
    def graphs(self) -> str | None:
        """What `live_graphs` counts, in words; None where there is no such thing."""
        return None

    def live_graphs(self) -> int | None:
        """Return how many function graphs live now; None where nobody can tell."""
        return None

    def runtime_session(self) -> Session:
        """Return a profiler session that records what the runtime does, and no Python call.

        Raises:
            Unusable: the framework has none.
        """
        raise Unusable(f"{self.name} has no profiler session without Python calls")
