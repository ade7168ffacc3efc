"""A factory's model in either compile state: the factory is called once for each.

The second call starts from the names, random numbers and policies that the first one started from, so that it
builds the same model; ``compile()`` does nothing where the state is uncompiled, and the weights are those of
the first model. Where that fails, a copy by configuration is tried.
"""

from __future__ import annotations

import contextlib
import inspect
from typing import Any, Callable, Iterator

from ...protocol.errors import UsageError
from .. import reasons
from ..frameworks import Framework
from . import factories
from .files import FALLBACK_LOSS


class FactoryStates:
    """The model that a factory returns, in each compile state.

    Args:
        spec: the factory, ``module:name``.
        framework: what the model runs on.
        called: builds a model that does not say what it takes, and returns it.
    """

    def __init__(self, spec: str, framework: Framework, called: Callable[[Any], Any]) -> None:
        self._spec = spec
        self._framework = framework
        self._called = called
        self._make: Callable[[], Any] | None = None
        self._as_before: Callable[[], None] | None = None
        self._as_after: Callable[[], None] | None = None

    def first(self) -> Any:
        """Call the factory and return its model.

        Raises:
            UsageError: there is no such factory, or it fails.
        """
        self._make = factories.find(self._spec)
        self._as_before = self._framework.remember()
        given = self._make()
        self._as_after = self._framework.remember()
        return given

    def other(self, given: Any, compile_state: str) -> tuple[Any, str]:
        """Return the model in the other state than the first one's, and how it came to be in it.

        Args:
            given: what `first` returned, built.
            compile_state: the other state.

        Raises:
            UsageError: the factory cannot be called again, and its model cannot be copied.
        """
        try:
            model, made_by = self._again(given, compile_state), "factory called again, weights copied"
        except UsageError as error:
            try:
                model, made_by = self._copy(given), "from_config, weights copied"
            except Exception as copying:
                raise UsageError(
                    f"the factory gives no {compile_state} model when called again ({error.what}), "
                    f"and a copy by configuration fails too ({reasons.named(copying, 200)})",
                    self._spec,
                    "let it return a new model at each call",
                ) from error
        if compile_state == "uncompiled":
            return model, made_by
        model.compile(loss=FALLBACK_LOSS)
        return model, f'{made_by}, compile(loss="{FALLBACK_LOSS}")'

    def _again(self, given: Any, compile_state: str) -> Any:
        """Call the factory again and return its model with the first one's weights.

        Raises:
            UsageError: it fails, or does not give the same model once more.
        """
        if self._make is None or self._as_before is None or self._as_after is None:
            raise RuntimeError("the factory has not been called")
        self._as_before()
        without = compile_state == "uncompiled"
        try:
            with _never_compiled(self._framework.keras) if without else contextlib.nullcontext():
                model = self._make()
            _require_another(model, given)
            model = self._called(model)
            _copy_weights(given, model)
        except Exception as error:
            self._as_after()
            what = error.what if isinstance(error, UsageError) else reasons.named(error, 200)
            raise UsageError(what) from error
        return model

    def _copy(self, given: Any) -> Any:
        """Return an uncompiled copy with the same weights; Keras 3's clone_model copies ``compile()`` too."""
        classes = {type(layer).__name__: type(layer) for layer in given.layers}
        with self._framework.keras.utils.custom_object_scope(classes):
            copy = self._called(_from_config(given))
        _copy_weights(given, copy)
        return copy


def is_compiled(model: Any) -> bool:
    """Return whether ``compile()`` has been called (Keras 3: ``compiled``; before: ``optimizer`` is set)."""
    if hasattr(model, "compiled"):
        return bool(model.compiled)
    return getattr(model, "optimizer", None) is not None


# What compile() alone can set.
SETTINGS = ("jit_compile", "run_eagerly", "steps_per_execution")


def settings(model: Any) -> dict[str, str]:
    """Return what ``compile()`` can set, as the model reports it; what it does not report is left out."""
    found = {name: _setting(model, name) for name in SETTINGS}
    return {name: str(value) for name, value in found.items() if value is not None}


def _setting(model: Any, name: str) -> Any:
    # Keras 2 has some under a private name, and a variable there.
    for known_as in (name, f"_{name}"):
        try:
            value = getattr(model, known_as, None)
        except Exception:  # a property that this model refuses
            continue
        if value is not None:
            return value.numpy() if hasattr(value, "numpy") else value
    return None


@contextlib.contextmanager
def _never_compiled(keras: Any) -> Iterator[None]:
    """Make ``compile()`` of every model do nothing while the block runs."""

    def compile(self: Any, *args: Any, **kwargs: Any) -> None:
        return None

    own = vars(keras.Model).get("compile")
    keras.Model.compile = compile
    try:
        yield
    finally:
        if own is None:
            del keras.Model.compile
        else:
            keras.Model.compile = own


def _require_another(model: Any, given: Any) -> None:
    if model is given:
        raise UsageError("it returns the same model again")
    if is_compiled(model):
        raise UsageError("it returns a compiled model")


def _copy_weights(given: Any, model: Any) -> None:
    weights = given.get_weights()
    shapes = [_shape(one) for one in weights]
    if shapes != [_shape(one) for one in model.get_weights()]:
        raise UsageError("it returns a model with other weight shapes")
    model.set_weights(weights)


def _shape(weight: Any) -> Any:
    return getattr(weight, "shape", None)


def _from_config(model: Any) -> Any:
    """Return a new model of the same configuration.

    A subclass that has no ``get_config`` of its own gives Keras's, which holds more than what its
    constructor takes.
    """
    config = model.get_config()
    try:
        return type(model).from_config(config)
    except TypeError:
        known = inspect.signature(type(model).__init__).parameters
        return type(model)(**{name: value for name, value in config.items() if name in known})
