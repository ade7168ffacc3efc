"""The user's own model in both states, with a Keras that is made up: what is had, and what is said."""

import zipfile
from types import SimpleNamespace

import pytest

from profiler.collect.models.user import GivenModel
from profiler.protocol.errors import UsageError
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
    return GivenModel(str(path), None, MadeUp(SimpleNamespace(models=models)))


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
    with pytest.raises(UsageError, match="--model module:factory"):
        model.build("compiled")


def refused(path, text="File not found: filepath={path}"):
    def load(path, compile=True):
        raise ValueError(text.replace("{path}", str(path)))

    with pytest.raises(UsageError) as caught:
        given(path, load).as_given()
    return str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and then no more"])
def test_a_keras_file_that_was_cut_is_not_said_to_be_missing(tmp_path, content):
    (tmp_path / "m.keras").write_bytes(content)
    said = refused(tmp_path / "m.keras")
    assert f"no whole .keras file ({len(content)} bytes" in said


def test_a_keras_file_of_the_older_kind_is_not_said_to_be_cut(tmp_path):
    (tmp_path / "m.keras").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    assert "no whole" not in refused(tmp_path / "m.keras")


def test_only_a_folder_with_a_saved_model_is_told_that_it_is_one(tmp_path):
    assert "without saved_model.pb" in refused(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert "cannot turn a SavedModel folder into a model" in refused(tmp_path)


UP_TO_2_6 = "SavedModel file does not exist at: {path}/{saved_model.pbtxt|saved_model.pb}"
UP_TO_2_11 = "Unable to synchronously open file (file signature not found)"
KERAS_2_OF_3 = "Unrecognized keyword arguments: ['batch_shape', 'optional']"


def archive(path, metadata):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("metadata.json", metadata)
    return path


@pytest.mark.parametrize("text", [UP_TO_2_6, UP_TO_2_11])
@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        ('{"keras_version": "2.15.0"}', "a .keras file needs TensorFlow 2.12 or newer"),
        ('{"keras_version": "3.15.1"}', "was written by Keras 3.15.1 and needs TensorFlow 2.16 or newer"),
        ("{", "a .keras file needs TensorFlow 2.12 or newer"),
    ],
)
def test_a_keras_archive_that_an_old_release_cannot_read_is_not_said_to_be_missing(
    tmp_path, text, metadata, says
):
    """The file was there, and the line said that a SavedModel file was not."""
    said = refused(archive(tmp_path / "m.keras", metadata), text)
    assert says in said
    assert "--model module:factory" in said


def test_a_file_of_keras_3_that_keras_2_reads_is_told_by_its_writer(tmp_path):
    """The line spoke of keyword arguments of a layer, which are nothing that a user gave."""
    (tmp_path / "m.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    said = refused(tmp_path / "m.h5", KERAS_2_OF_3)
    assert "was written by Keras 3 and needs TensorFlow 2.16 or newer" in said
    assert "--model module:factory" in said
    whole = archive(tmp_path / "m.keras", '{"keras_version": "3.15.1"}')
    assert "was written by Keras 3.15.1" in refused(whole, KERAS_2_OF_3)


def test_another_error_of_a_whole_archive_is_told_as_it_is(tmp_path):
    whole = archive(tmp_path / "m.keras", '{"keras_version": "3.15.1"}')
    assert refused(whole, "no weights").endswith("cannot be loaded: ValueError: no weights")
