"""The adapter of TensorFlow and of the Keras that ``tensorflow.keras`` is."""

from __future__ import annotations

import gc
import importlib
import os
import random
import sys
from typing import Any, Callable

from ...protocol.errors import CollectError
from . import tensorflow_profiler
from .framework import Framework, Session

NAME = "tensorflow"


def adapter() -> TensorFlow:
    """Import TensorFlow and its Keras, and return their adapter.

    Raises:
        ImportError: one of them cannot be imported.
        CollectError: Keras runs on another backend.
    """
    import tensorflow

    try:
        found = TensorFlow(tensorflow)
        backend = found.backend()
    except ImportError:
        # Keras 3 knows its backend before it imports it.
        config = sys.modules.get("keras.src.backend.config")
        if config is None or config.backend() == NAME:
            raise
        backend = config.backend()
    if backend != NAME:
        raise CollectError(
            f"Keras runs on {backend} here (keras.json says so), and kprof cannot measure that yet",
            to_do=f"set KERAS_BACKEND={NAME}",
        )
    return found


class TensorFlow(Framework):
    """A TensorFlow of 2.0 or later.

    Args:
        tensorflow: the module.
    """

    def __init__(self, tensorflow: Any) -> None:
        super().__init__(NAME, tensorflow.__version__, tensorflow.keras)
        self._tensorflow = tensorflow

    def slug(self) -> str:
        """Return the environment's name, like ``tf2.21.0-py3.11``."""
        return f"tf{self.version}-py{sys.version_info[0]}.{sys.version_info[1]}"

    def keras_version(self) -> str | None:
        """Return the release of Keras, which ``tensorflow.keras`` does not tell in 2.13 to 2.15."""
        version = getattr(self.keras, "__version__", None)
        if not version:
            try:
                version = getattr(importlib.import_module("keras"), "__version__", None)
            except ImportError:
                return None
        return str(version) if version else None

    def backend(self) -> str:
        """Return the name of Keras's backend; Keras 2 has TensorFlow alone."""
        backend = getattr(getattr(self.keras, "backend", None), "backend", None)
        return str(backend()) if callable(backend) else NAME

    def devices(self) -> list[str] | None:
        """Return each accelerator by kind and model; None where the release cannot list devices."""
        config = getattr(self._tensorflow, "config", None)
        experimental = getattr(config, "experimental", None)
        listing = getattr(config, "list_physical_devices", None)
        listing = listing or getattr(experimental, "list_physical_devices", None)
        if listing is None:
            return None
        found = [device for device in listing() if device.device_type not in ("CPU", "XLA_CPU", "XLA_GPU")]
        details = getattr(experimental, "get_device_details", None)
        named = []
        for number, device in enumerate(found):
            model = details(device).get("device_name") if details else None
            named.append(f"{device.device_type}:{number}" + (f" {model}" if model else ""))
        return named

    def threads(self) -> dict[str, int | None]:
        """Return how many threads run within and between operations, and how many OpenMP may use."""
        threading = getattr(getattr(self._tensorflow, "config", None), "threading", None)
        omp = os.environ.get("OMP_NUM_THREADS", "")
        return {
            "intra_op": threading.get_intra_op_parallelism_threads() if threading else None,
            "inter_op": threading.get_inter_op_parallelism_threads() if threading else None,
            "omp": int(omp) if omp.isdigit() else None,
        }

    def seed(self, number: int) -> None:
        """Seed the random numbers of TensorFlow, and those of Python, which seed Keras 3's initializers."""
        random.seed(number)
        self._tensorflow.random.set_seed(number)

    def remember(self) -> Callable[[], None]:
        """Return what puts back the names, random numbers and policies that building a model changes.

        The numbers that operations draw without a seed of their own start again only where a global seed is
        set; else nothing can tell them from one model to the next.
        """
        put_back = super().remember()
        context = _eager_context()
        seed = getattr(context, "_seed", None)
        drawn = getattr(getattr(context, "_rng", None), "getstate", lambda: None)()

        def all_of_it() -> None:
            put_back()
            if seed is not None:
                self._tensorflow.random.set_seed(seed)
                if drawn is not None:
                    context._rng.setstate(drawn)

        return all_of_it

    def map_structure(self, function: Callable[..., Any], *structures: Any) -> Any:
        """Return a structure of the same shape with the function applied to each leaf."""
        return self._tensorflow.nest.map_structure(function, *structures)

    def flatten(self, structure: Any) -> list[Any]:
        """Return the leaves of a structure in order."""
        return list(self._tensorflow.nest.flatten(structure))

    def texts(self, array: Any) -> Any:
        """Return a tensor of texts: predict() of Keras 3 takes no NumPy array of them."""
        return self._tensorflow.constant(array)

    def function(self, step: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return the step as a ``tf.function``."""
        compiled: Callable[[Any], Any] = self._tensorflow.function(step)
        return compiled

    def build_graph(self, step: Callable[[Any], Any], x: Any) -> None:
        """Build the graph of a step for an input, without running it."""
        tensorflow = self._tensorflow

        def tensor(leaf: Any) -> Any:
            return leaf if tensorflow.is_tensor(leaf) else tensorflow.convert_to_tensor(leaf)

        tensorflow.function(step).get_concrete_function(tensorflow.nest.map_structure(tensor, x))

    def name_scope(self) -> str | None:
        """Return the name scope of the graph that is being built; None where none is."""
        graph = self._tensorflow.compat.v1.get_default_graph()
        scope = getattr(graph, "get_name_scope", None)
        return (scope() if callable(scope) else getattr(graph, "_name_stack", None)) or None

    def saved_model(self, path: str) -> Any:
        """Return what ``tf.saved_model.load`` returns."""
        return self._tensorflow.saved_model.load(path)

    @property
    def graphs(self) -> str | None:
        """What `live_graphs` counts: older releases tell no number of functions."""
        if _function_names() is not None:
            return "functions that TensorFlow's runtime holds"
        return "FuncGraph objects" if _func_graph() is not None else None

    def live_graphs(self) -> int | None:
        """Return how many functions the runtime holds, else how many ``FuncGraph`` the collector tracks."""
        names = _function_names()
        if names is not None:
            return len(names())
        kind = _func_graph()
        return None if kind is None else sum(type(one) is kind for one in gc.get_objects())

    def profiler_session(self) -> Session:
        """Return the profiler session that this release offers, with Python calls where it can."""
        return tensorflow_profiler.find(self._tensorflow)

    def runtime_session(self) -> Session:
        """Return a profiler session that records what the runtime does, and no Python call."""
        return tensorflow_profiler.find(self._tensorflow, tensorflow_profiler.RUNTIME_ALONE)


def _eager_context() -> Any:
    """Return the object that holds the global seed, which has no public name; None where it has moved."""
    module = sys.modules.get("tensorflow.python.eager.context")
    return None if module is None else module.context()


def _function_names() -> Callable[[], Any] | None:
    """Return what lists the functions of the runtime; None where the release has no such method."""
    return getattr(_eager_context(), "list_function_names", None)


def _func_graph() -> Any:
    """Return the class of function graphs; None where it has moved."""
    return getattr(sys.modules.get("tensorflow.python.framework.func_graph"), "FuncGraph", None)
