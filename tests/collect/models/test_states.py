"""A factory's model in either compile state, with a Keras that is made up."""

import random
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from profiler.collect.models import states
from profiler.collect.models.states import FactoryStates
from profiler.protocol.errors import UsageError
from tests.collect.fakes import MadeUp


class Trainer:
    def compile(self, loss):
        self.compiled, self.loss = True, loss


class Model(Trainer):
    """As much of a Keras model as a state needs; ``compile`` is inherited, as in Keras 3."""

    layers = ()

    def __init__(self, units=2):
        self.compiled = False
        self.units = units
        self.weights = [np.random.rand(units)]

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = list(weights)

    def get_config(self):
        raise NotImplementedError("no configuration")

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class Copied(Model):
    def get_config(self):
        return {"units": self.units}


class Scope:
    def __init__(self, classes):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


@pytest.fixture
def made(monkeypatch):
    """Return the states of a factory, whose module is made up."""

    def make(factory, model=Model):
        module = ModuleType("kprof_test_factory")
        module.build = factory
        monkeypatch.setitem(sys.modules, "kprof_test_factory", module)
        keras = SimpleNamespace(Model=model, utils=SimpleNamespace(custom_object_scope=Scope))
        return FactoryStates("kprof_test_factory:build", MadeUp(keras), lambda one: one)

    return make


def test_a_factory_that_compiles_is_called_again_without(made):
    """A model without get_config had one state alone, since the other one was a copy by configuration."""

    def factory():
        model = Model()
        model.compile("mse")
        return model

    of_factory = made(factory)
    given = of_factory.first()
    model, made_by = of_factory.other(given, "uncompiled")
    assert (given.compiled, model.compiled) == (True, False)
    assert made_by == "factory called again, weights copied"
    np.testing.assert_array_equal(model.get_weights()[0], given.get_weights()[0])
    later = Model()
    later.compile("mse")
    assert later.compiled
    assert "compile" not in vars(Model)


def test_a_factory_that_does_not_compile_gets_a_plain_compile(made):
    of_factory = made(Model)
    given = of_factory.first()
    model, made_by = of_factory.other(given, "compiled")
    assert (given.compiled, model.compiled, model.loss) == (False, True, "mse")
    assert made_by == 'factory called again, weights copied, compile(loss="mse")'


def test_both_calls_start_from_the_same_random_numbers(made):
    drawn = []

    def factory():
        drawn.append((random.random(), np.random.rand()))
        return Model()

    of_factory = made(factory)
    of_factory.other(of_factory.first(), "compiled")
    assert drawn[0] == drawn[1]


ONCE = {
    "the same object": "returns the same model again",
    "other shapes": "other weight shapes",
    "raises": "RuntimeError: You must compile",
}


def factory_of(kind, model):
    first = []

    def factory():
        if not first:
            first.append(model(2))
            return first[0]
        if kind == "the same object":
            return first[0]
        if kind == "other shapes":
            return model(3)
        raise RuntimeError("You must compile your model before fit()")

    return factory


@pytest.mark.parametrize("kind", ONCE)
def test_what_cannot_be_called_twice_is_copied_by_its_configuration(made, kind):
    of_factory = made(factory_of(kind, Copied))
    given = of_factory.first()
    model, made_by = of_factory.other(given, "compiled")
    assert made_by.startswith("from_config, weights copied")
    assert model is not given
    assert model.get_weights()[0] is given.get_weights()[0]


@pytest.mark.parametrize("kind", ONCE)
def test_what_can_be_neither_called_twice_nor_copied_says_both_in_a_line(made, kind):
    of_factory = made(factory_of(kind, Model))
    given = of_factory.first()
    with pytest.raises(UsageError) as caught:
        of_factory.other(given, "compiled")
    said = str(caught.value)
    assert ONCE[kind] in said
    assert "a copy by configuration fails too (NotImplementedError: no configuration)" in said
    assert "\n" not in said


def test_a_model_that_is_compiled_all_the_same_is_not_taken_for_uncompiled(made):
    class Own(Model):
        def compile(self, loss):
            self.compiled = True

    def factory():
        model = Own()
        model.compile("mse")
        return model

    of_factory = made(factory)
    with pytest.raises(UsageError, match="returns a compiled model"):
        of_factory.other(of_factory.first(), "uncompiled")


class Refusing:
    """A model of Keras 2: some settings have a private name, one cannot be asked for."""

    _jit_compile = None
    _steps_per_execution = SimpleNamespace(numpy=lambda: 4)

    @property
    def run_eagerly(self):
        raise ValueError("dynamic")


def test_what_compile_can_set_is_read_where_the_model_says_it():
    keras_3 = SimpleNamespace(jit_compile=True, run_eagerly=False, steps_per_execution=1)
    assert states.settings(keras_3) == {
        "jit_compile": "True",
        "run_eagerly": "False",
        "steps_per_execution": "1",
    }
    assert states.settings(Refusing()) == {"steps_per_execution": "4"}
