"""The user's own model in both states, with a Keras that is made up: what is had, and what is said."""

from types import SimpleNamespace

import pytest

from profiler.collect.models.given_input import GivenInput
from profiler.collect.models.user import GivenModel
from profiler.protocol.errors import UsageError
from profiler.protocol.spec import WorkloadSpec
from tests.collect.fakes import MadeUp

CUSTOM_LOSS = TypeError("Could not locate function 'myloss'. Make sure custom classes are decorated")


class Model:
    """As much of a Keras model as a state needs."""

    def __init__(self):
        self.compiled = False
        self.input = []
        self.loss = None

    def compile(self, loss):
        self.compiled, self.loss = True, loss

    def predict(self, x):
        return x

    predict_on_batch = predict


def given(path, load):
    models = SimpleNamespace(load_model=load)
    framework = MadeUp(SimpleNamespace(models=models))
    return GivenModel(str(path), GivenInput(WorkloadSpec("mine"), framework), framework)


def raising_unless_uncompiled(error):
    def load(path, compile=True):
        if compile:
            raise error
        return Model()

    return load


def test_a_custom_loss_takes_the_compiled_state_alone(tmp_path):
    """It used to end everything, though predict needs no loss and ``compile=False`` loads the file."""
    model = given(tmp_path / "m.keras", raising_unless_uncompiled(CUSTOM_LOSS))
    built, made_by = model.build("uncompiled")
    assert (built.compiled, made_by) == (False, "load_model(compile=False)")
    with pytest.raises(UsageError, match="'myloss'"):
        model.build("compiled")


def test_a_file_that_loads_in_no_state_gives_the_first_reason(tmp_path):
    def load(path, compile=True):
        raise ValueError("first" if compile else "second")

    with pytest.raises(UsageError, match="first"):
        given(tmp_path / "m.keras", load).as_given()


def test_a_saved_configuration_that_keras_itself_cannot_read_gives_a_plain_compile_and_a_note(tmp_path):
    """Keras 3 does not read back the ``mse`` of an .h5 file that it wrote, and speaks of custom objects."""
    own = ValueError("Could not deserialize 'keras.metrics.mse' because it is not a KerasSaveable subclass")
    model = given(tmp_path / "m.h5", raising_unless_uncompiled(own))
    assert model.build("uncompiled")[1] == "load_model(compile=False)"
    built, made_by = model.build("compiled")
    assert (built.compiled, built.loss, made_by) == (True, "mse", 'compile(loss="mse")')
    (note,) = model.notes("compiled")
    assert "keras.metrics.mse" in note
    assert model.notes("uncompiled") == []


NEEDS_A_FACTORY = {
    "loss of a .keras": CUSTOM_LOSS,
    "loss of an .h5": TypeError("string indices must be integers, not 'str'"),
    "class": TypeError("Could not locate class 'Mine'."),
    "layer before Keras 3": ValueError("Unknown layer: Mine"),
    "lambda": ValueError(
        "of a `Lambda` layer. This carries a potential risk of arbitrary code execution and"
    ),
}


@pytest.mark.parametrize("name", NEEDS_A_FACTORY)
def test_what_a_file_cannot_hold_asks_for_a_factory(tmp_path, name):
    """A function of the author's, or a lambda, was told nothing of the way that there is."""
    model = given(tmp_path / "m.h5", raising_unless_uncompiled(NEEDS_A_FACTORY[name]))
    with pytest.raises(UsageError, match="model=module:factory"):
        model.build("compiled")
