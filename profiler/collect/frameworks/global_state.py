"""Remembers what building a model changes of the process, and puts it back.

Building a model counts up the names of layers, draws random numbers, and may set policies for all models. Not
all of that has a public way back, so what a release keeps elsewhere than known here is left as it is.
"""

from __future__ import annotations

import copy
import random
import sys
from typing import Any, Callable, Iterator

PutBack = Callable[[], None]

KERAS_3_STATE = "keras.src.backend.common.global_state"
SETTINGS = ("floatx", "epsilon", "image_data_format")


def remember(keras: Any) -> PutBack:
    """Return what puts back the names, random numbers and policies as they are now.

    Args:
        keras: the Keras whose models are built.
    """
    # Settings come first: what follows does not ask for them again.
    steps = [*_settings(keras), *_random_numbers(), *_names_and_policies(keras)]

    def put_back() -> None:
        for step in steps:
            step()

    return put_back


def _settings(keras: Any) -> Iterator[PutBack]:
    backend = getattr(keras, "backend", None)
    for name in SETTINGS:
        get, put = getattr(backend, name, None), getattr(backend, f"set_{name}", None)
        if get is not None and put is not None:
            yield _calling(put, get())


def _random_numbers() -> Iterator[PutBack]:
    import numpy

    yield _calling(random.setstate, random.getstate())
    yield _calling(numpy.random.set_state, numpy.random.get_state())


def _names_and_policies(keras: Any) -> Iterator[PutBack]:
    keras_3 = sys.modules.get(KERAS_3_STATE)
    if keras_3 is not None:
        for name in ("object_name_uids", "dtype_policy", "global_seed_generator"):
            yield _giving(keras_3.get_global_attribute(name), keras_3.set_global_attribute, name)
        seeds = getattr(keras_3.get_global_attribute("global_seed_generator"), "state", None)
        if seeds is not None:
            yield _calling(seeds.assign, seeds.numpy())
    backend = _module_of(getattr(keras, "backend", None), "get_uid")
    names = getattr(backend, "PER_GRAPH_OBJECT_NAME_UIDS", None)
    if names is not None:
        yield _calling(names.clear)
        for graph in list(names):
            yield _giving(names[graph], names.__setitem__, graph)
    seeds = getattr(getattr(backend, "_SEED_GENERATOR", None), "generator", None)
    if seeds is not None:
        yield _calling(seeds.setstate, seeds.getstate())
    policies = getattr(keras, "mixed_precision", None)
    experimental = getattr(policies, "experimental", None)
    policy = _module_of(policies, "set_global_policy") or _module_of(experimental, "set_policy")
    if hasattr(policy, "_global_policy"):
        yield _giving(policy._global_policy, setattr, policy, "_global_policy")


def _module_of(namespace: Any, function: str) -> Any:
    """Return the module in which a public function is written; None where there is no such function."""
    return sys.modules.get(getattr(getattr(namespace, function, None), "__module__", ""))


def _giving(value: Any, put: Callable[..., Any], *place: Any) -> PutBack:
    """Return what puts a value back at a place; counters are copied, so that this works more than once."""
    kept = copy.copy(value) if isinstance(value, dict) else value

    def put_back() -> None:
        put(*place, copy.copy(kept) if isinstance(kept, dict) else kept)

    return put_back


def _calling(function: Callable[..., Any], *arguments: Any) -> PutBack:
    def call() -> None:
        function(*arguments)

    return call
