"""Learns which name scope each layer's kernels carry: the model's graph is built once more, and watched.

A layer's scope is not its name. Keras and TensorFlow number scopes that were used before, so that in Keras 3
the kernels of the layers ``dense`` and ``dense_1`` carry ``dense_1`` and ``dense_1_2``. What each layer's
``call`` finds as the scope of the graph when it is entered is what its kernels carry.
"""

from __future__ import annotations

from types import FrameType
from typing import Any, Callable, NamedTuple, Optional

from ..protocol.scopes import LayerScopes, ModelScopes
from . import harness, reasons
from .frameworks import Framework
from .harness import Call

# What a layer computes with; AutoGraph rewrites it, and layers made of TensorFlow's functions wrap it.
CALLS = ("call", "tf__call", "_call_wrapper")
KERAS = ("keras.", "tensorflow.", "tf_keras.")


def observe(model: Any, batch: Callable[[], Any], framework: Framework) -> ModelScopes:
    """Return the layers of a model with their scopes; whatever building the graph raises is the reason.

    Args:
        model: the Keras model.
        batch: returns one batch of its input.
        framework: what it runs on.
    """
    try:
        watcher = _Watcher(model, framework)
        building = Call(framework.build_graph, (lambda x: model(x, training=False), batch()), {})
        harness.observed_call(building, watcher)
    except reasons.ANYTHING as error:  # whatever a model raises is why its layers are not known
        return ModelScopes(error=reasons.placed(error))
    return ModelScopes([one.told() for one in watcher.found.values()])


class _Entered(NamedTuple):
    """A call of a layer that has not returned."""

    frame: FrameType
    layer: Any
    scope: Optional[str]


class _Layer:
    """A layer that was called: where it lies, and the scopes of its calls."""

    def __init__(self, path: str, layer: Any) -> None:
        self.path = path
        self.layer = layer
        self.scopes: list[str] = []
        self.calls = 0

    def told(self) -> LayerScopes:
        kind = type(self.layer).__name__
        return LayerScopes(self.path, kind, self.scopes, _parameters(self.layer), self.calls)


class _Watcher:
    """Follows the calls of layers under ``sys.setprofile``; ``found`` holds them by identity and path."""

    def __init__(self, model: Any, framework: Framework) -> None:
        self.found: dict[tuple[int, str], _Layer] = {}
        self._model = model
        self._framework = framework
        self._kind, self._models = framework.keras.layers.Layer, framework.keras.Model
        self._entered: list[_Entered] = []

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "return":
            if self._entered and self._entered[-1].frame is frame:
                self._entered.pop()
        elif event == "call" and frame.f_code.co_name in CALLS:
            layer = frame.f_locals.get("self")
            if isinstance(layer, self._kind):
                self._enter(frame, layer)

    def _enter(self, frame: FrameType, layer: Any) -> None:
        scope = self._framework.name_scope()
        if not scope or self._is_of_the_one_above(layer, scope):
            return
        self._entered.append(_Entered(frame, layer, scope))
        path = "/".join(str(one.layer.name) for one in self._entered if one.layer is not self._model)
        known = self.found.setdefault((id(layer), path), _Layer(path, layer))
        known.calls += 1
        if scope not in known.scopes:
            known.scopes.append(scope)

    def _is_of_the_one_above(self, layer: Any, scope: str) -> bool:
        """Return whether a call belongs to the layer in whose call it was made.

        That holds for a layer that calls its base class, for a model that leaves its work to another object
        (Keras 3's Sequential has a Functional of its own), and within Keras's own layers, like the cell of
        an LSTM: a user knows a model by the layers that it is made of.
        """
        if not self._entered:
            return False
        above = self._entered[-1]
        if layer is above.layer:
            return True
        if isinstance(above.layer, self._models):
            return isinstance(layer, self._models) and scope == above.scope
        return type(above.layer).__module__.startswith(KERAS)


def _parameters(layer: Any) -> int | None:
    try:
        return int(layer.count_params())
    except (AttributeError, TypeError, ValueError):
        return None  # it is not built, or no layer that counts them
