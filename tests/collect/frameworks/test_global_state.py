"""What building a model changes of the process is put back, as each Keras keeps it."""

import collections
import random
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from profiler.collect.frameworks import global_state


def put_back_after(keras, change):
    put_back = global_state.remember(keras)
    change()
    put_back()
    change()
    # a state that is made twice puts back twice
    put_back()


def test_random_numbers_are_drawn_again():
    put_back = global_state.remember(SimpleNamespace())
    first = (random.random(), np.random.rand())
    put_back()
    assert (random.random(), np.random.rand()) == first


def test_the_settings_of_every_model_are_as_before():
    kept = {"floatx": "float32", "image_data_format": "channels_last"}
    backend = SimpleNamespace(
        floatx=lambda: kept["floatx"],
        set_floatx=lambda value: kept.update(floatx=value),
        image_data_format=lambda: kept["image_data_format"],
        set_image_data_format=lambda value: kept.update(image_data_format=value),
    )
    changed = {"floatx": "float64", "image_data_format": "channels_first"}
    put_back_after(SimpleNamespace(backend=backend), lambda: kept.update(changed))
    assert kept == {"floatx": "float32", "image_data_format": "channels_last"}


def test_keras_3_names_layers_as_before_and_has_no_policy_where_it_had_none(monkeypatch):
    """Its policy follows floatx until someone asks for it: one that was put back by name would not."""
    state = {"object_name_uids": collections.defaultdict(int, dense=3)}
    module = ModuleType(global_state.KERAS_3_STATE)
    module.get_global_attribute = state.get
    module.set_global_attribute = state.__setitem__
    monkeypatch.setitem(sys.modules, global_state.KERAS_3_STATE, module)

    def build():
        state["object_name_uids"]["dense"] += 1
        state["dtype_policy"] = "mixed_float16"

    put_back_after(SimpleNamespace(), build)
    assert state["object_name_uids"] == {"dense": 3}
    assert state["object_name_uids"]["new"] == 0
    assert state["dtype_policy"] is None


@pytest.fixture
def keras_2(monkeypatch):
    backend, policy = ModuleType("kprof_test_backend"), ModuleType("kprof_test_policy")
    backend.PER_GRAPH_OBJECT_NAME_UIDS = {"graph": collections.defaultdict(int, dense=3)}
    backend._SEED_GENERATOR = SimpleNamespace(generator=random.Random(1))
    policy._global_policy = None
    for module in (backend, policy):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    get_uid = SimpleNamespace(__module__=backend.__name__)
    setting = SimpleNamespace(__module__=policy.__name__)
    return backend, policy, SimpleNamespace(get_uid=get_uid), setting


@pytest.mark.parametrize("experimental", [False, True])
def test_keras_2_names_layers_and_draws_seeds_as_before(keras_2, experimental):
    backend, policy, public, setting = keras_2
    policies = SimpleNamespace(set_global_policy=setting)
    if experimental:
        policies = SimpleNamespace(experimental=SimpleNamespace(set_policy=setting))
    keras = SimpleNamespace(backend=public, mixed_precision=policies)
    seeds = []

    def build():
        backend.PER_GRAPH_OBJECT_NAME_UIDS["graph"]["dense"] += 1
        backend.PER_GRAPH_OBJECT_NAME_UIDS["other"] = {}
        policy._global_policy = "mixed_float16"
        seeds.append(backend._SEED_GENERATOR.generator.random())

    put_back_after(keras, build)
    assert backend.PER_GRAPH_OBJECT_NAME_UIDS == {"graph": {"dense": 3}}
    assert policy._global_policy is None
    assert seeds[0] == seeds[1]
