"""A signature as a model, with a Keras that is made up: what is wrapped, and how it is called."""

from types import SimpleNamespace

import pytest

from profiler.collect.models import saved_model
from profiler.protocol.errors import UsageError
from tests.collect.fakes import MadeUp


class Shape(list):
    """A shape as TensorFlow has it."""

    @property
    def rank(self):
        return None if self == ["unknown"] else len(self)

    def as_list(self):
        return list(self)


class Signature:
    """A function of a SavedModel; it returns what it was called with."""

    def __init__(self, **shapes):
        specs = {
            name: SimpleNamespace(shape=Shape(shape), dtype=SimpleNamespace(name="float32"))
            for name, shape in shapes.items()
        }
        self.structured_input_signature = ((), specs)
        self.trainable_variables = ["weight"]

    def __call__(self, *inputs, **named):
        return inputs, named


class Layer:
    def __init__(self):
        self._trainable_weights = []

    def __call__(self, inputs):
        return self.call(inputs)


class Wrapper(Layer):
    """Keras 3's own layer; it takes one argument."""

    def __init__(self, path, call_endpoint):
        super().__init__()
        self.made_of = path, call_endpoint

    def call(self, inputs):
        return self.made_of, inputs


def framework(signatures, **layers):
    keras = SimpleNamespace(
        layers=SimpleNamespace(Layer=Layer, **layers),
        Input=lambda **of: of,
        Model=lambda inputs, outputs: SimpleNamespace(inputs=inputs, outputs=outputs),
    )
    made = MadeUp(keras)
    made.loaded = SimpleNamespace(signatures=signatures)
    return made


X = {"shape": (3,), "batch_size": None, "dtype": "float32", "name": "x"}


def test_keras_3_wraps_a_signature_of_one_input_in_its_own_layer():
    made = framework({"serving_default": Signature(x=[None, 3])}, TFSMLayer=Wrapper)
    model, what = saved_model.open_signature("folder", None, made)
    assert what == "signature serving_default of a SavedModel (TFSMLayer)"
    assert model.inputs == X
    assert model.outputs == (("folder", "serving_default"), X)


@pytest.mark.parametrize("layers", [{}, {"TFSMLayer": Wrapper}])
def test_several_inputs_are_given_by_name(layers):
    made = framework({"added": Signature(left=[None, 3], right=[8, 2])}, **layers)
    model, what = saved_model.open_signature("folder", "added", made)
    assert what.startswith("signature added of a SavedModel (")
    assert {name: (one["batch_size"], one["shape"]) for name, one in model.inputs.items()} == {
        "left": (None, (3,)),
        "right": (8, (2,)),
    }
    assert model.outputs == ((), model.inputs)


def test_keras_2_gets_a_layer_that_holds_what_was_loaded():
    made = framework({"serving_default": Signature(x=[None, 3])})
    model, what = saved_model.open_signature("folder", None, made)
    assert what == "signature serving_default of a SavedModel (tf.saved_model.load)"
    assert model.outputs == ((X,), {})


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        (Signature(x=[]), "is a single value, no rows"),
        (Signature(x=["unknown"]), "of unknown rank"),
        (Signature(), "takes nothing"),
    ],
)
def test_a_signature_that_takes_no_rows_is_refused(signature, said):
    with pytest.raises(UsageError, match=said):
        saved_model.open_signature("folder", "f", framework({"f": signature}))


def test_a_signature_that_is_not_there_is_refused_with_those_that_are():
    made = framework({"a": Signature(x=[None]), "__saved_model_init_op": Signature()})
    with pytest.raises(UsageError, match=r"has no signature 'b' \(it has a\)"):
        saved_model.open_signature("folder", "b", made)
    with pytest.raises(UsageError, match=r"has no signature 'b' \(it has none\)"):
        saved_model.open_signature("folder", "b", framework({}))
