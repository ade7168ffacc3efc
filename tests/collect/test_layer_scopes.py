"""Layers and their scopes, with a Keras that is made up."""

import contextlib
from types import SimpleNamespace

import pytest

from profiler.collect import layer_scopes
from profiler.protocol.errors import Unusable
from profiler.protocol.scopes import LayerScopes, ModelScopes
from tests.collect.fakes import MadeUp


class Graph:
    """Numbers scopes that were used before, as TensorFlow's graphs do."""

    def __init__(self):
        self.open = []
        self._used = set()

    @contextlib.contextmanager
    def scope(self, name):
        above = "/".join(self.open)
        numbered, number = name, 0
        while (above, numbered) in self._used:
            number += 1
            numbered = f"{name}_{number}"
        self._used.add((above, numbered))
        self.open.append(numbered)
        yield
        self.open.pop()


GRAPH = Graph()


class Layer:
    def __init__(self, name, weights=0):
        self.name = name
        self._weights = weights

    def __call__(self, x, training=False):
        with GRAPH.scope(self.name):
            return self.call(x)

    def call(self, x):
        return x

    def count_params(self):
        return self._weights


class Model(Layer):
    def __init__(self, name, *layers):
        super().__init__(name)
        self.inside = layers

    def call(self, x):
        for layer in self.inside:
            x = layer(x)
        return x

    def count_params(self):
        raise ValueError("not built")


class OfKeras(Layer):
    """A layer of Keras's own with a cell in it, like an LSTM."""

    def call(self, x):
        return Layer("cell")(x)


OfKeras.__module__ = "keras.src.layers.rnn"


class Framework(MadeUp):
    def __init__(self):
        super().__init__(SimpleNamespace(layers=SimpleNamespace(Layer=Layer), Model=Model))

    def build_graph(self, step, x):
        GRAPH.__init__()
        step(x)

    def name_scope(self):
        return "/".join(GRAPH.open) or None


def observed(model):
    return layer_scopes.observe(model, lambda: 1, Framework())


def scopes(model):
    found = observed(model)
    assert found.error is None
    return {one.path: one.scopes for one in found.layers}


def test_a_layer_has_the_scope_that_is_open_in_its_call_not_its_name():
    """The second layer that is called dense gets the scope dense_1, which is another layer's name."""
    model = Model("m", Layer("dense", 3), Model("inner", Layer("dense", 4)), Layer("dense", 5))
    found = observed(model)
    assert found.layers[0] == LayerScopes("", "Model", ["m"], None, 1)
    assert [(one.path, one.scopes, one.parameters) for one in found.layers[1:]] == [
        ("dense", ["m/dense"], 3),
        ("inner", ["m/inner"], None),
        ("inner/dense", ["m/inner/dense"], 4),
        ("dense", ["m/dense_1"], 5),
    ]


def test_a_layer_that_is_used_twice_has_two_scopes_and_so_has_what_lies_in_it():
    encoder = Model("encoder", Layer("a"))
    assert scopes(Model("m", encoder, encoder)) == {
        "": ["m"],
        "encoder": ["m/encoder", "m/encoder_1"],
        "encoder/a": ["m/encoder/a", "m/encoder_1/a"],
    }


def test_calls_under_one_scope_are_counted():
    """Keras 2 opens the scope of a shared layer again."""

    class Again(Layer):
        def __call__(self, x, training=False):
            GRAPH.open.append(self.name)
            try:
                return self.call(x)
            finally:
                GRAPH.open.pop()

    shared = Again("shared")
    (_, found) = observed(Model("m", shared, shared)).layers
    assert (found.scopes, found.calls, found.shares_scopes) == (["m/shared"], 2, True)
    (_, apart) = observed(Model("m", Layer("once"))).layers
    assert not apart.shares_scopes


def test_a_layer_of_keras_s_own_is_one_whatever_lies_in_it():
    assert scopes(Model("m", OfKeras("lstm"))) == {"": ["m"], "lstm": ["m/lstm"]}


def test_a_users_layer_is_taken_apart():
    class Block(Layer):
        def call(self, x):
            return Layer("a")(x) + Layer("b")(x)

    assert set(scopes(Model("m", Block("block")))) == {"", "block", "block/a", "block/b"}


def test_a_call_of_the_base_class_and_a_model_behind_a_model_are_no_layers_of_their_own():
    class Again(Layer):
        def call(self, x):
            return super().call(x)

    class Sequential(Model):
        def call(self, x):
            return Model(self.name, *self.inside).call(x)

    found = scopes(Sequential("seq", Again("again")))
    assert found == {"": ["seq"], "again": ["seq/again"]}


def test_a_model_that_cannot_be_built_has_a_reason_and_no_layers():
    class Broken(Layer):
        def call(self, x):
            raise ValueError("no such thing")

    found = observed(Model("m", Broken("broken")))
    assert found.layers == []
    assert "no such thing" in found.error


def test_a_framework_without_graphs_says_so():
    with pytest.raises(Unusable, match="made_up builds no graph"):
        MadeUp().build_graph(abs, 1)
    assert MadeUp().name_scope() is None


def test_the_profiler_s_capture_holds_the_scopes(tmp_path):
    from profiler.collect.harness import Call
    from profiler.collect.instruments import Subject, tfprofiler

    told = ModelScopes([LayerScopes("dense", "Dense", ["m/dense"], 1)])
    attached = tfprofiler.attach(
        Subject(Call(int, (), {}), str(tmp_path), MadeUp(python_events=True), None, lambda: told)
    )
    attached.take(1, 0)
    attached.finish()
    assert '"kprof.scopes/1"' in (tmp_path / "scopes.json").read_text()
