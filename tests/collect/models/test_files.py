"""Loading a model file with a Keras that is made up: under which name, and what is said of one that fails."""

import os
import zipfile
from types import SimpleNamespace

import pytest

from profiler.collect.models import files
from tests.collect.fakes import MadeUp


def model_file(path, load, signature=None, **layers):
    keras = SimpleNamespace(models=SimpleNamespace(load_model=load), layers=SimpleNamespace(**layers))
    return files.ModelFile(str(path), MadeUp(keras), signature)


def refused(path, text="File not found: filepath={path}"):
    def load(path, compile=True):
        raise ValueError(text.replace("{path}", str(path)))

    with pytest.raises(files.CannotLoadError) as caught:
        model_file(path, load).as_saved()
    return str(caught.value)


def archive(path, metadata="{}"):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("metadata.json", metadata)
    return path


def hdf5(path):
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    return path


@pytest.mark.parametrize(
    ("write", "name", "suffix"),
    [(hdf5, "m.keras", ".h5"), (hdf5, "m", ".h5"), (archive, "m.h5", ".keras"), (archive, "m.zip", ".keras")],
)
def test_a_file_under_the_name_of_another_kind_is_loaded_by_one_of_its_own(tmp_path, write, name, suffix):
    """TensorFlow 2.4 wrote HDF5 under .keras; Keras 3 said of it that there is no such file."""
    seen = []

    def load(path, compile=True):
        seen.append((path.endswith(suffix), os.path.realpath(path)))
        return "model"

    path = write(tmp_path / name)
    assert model_file(path, load).as_saved().model == "model"
    assert seen == [(True, str(path))]
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("write", "name"), [(hdf5, "m.h5"), (hdf5, "m.hdf5"), (archive, "m.keras")])
def test_a_file_under_a_name_of_its_kind_is_loaded_by_that_name(tmp_path, write, name):
    path = write(tmp_path / name)
    assert model_file(path, lambda given, compile=True: given).as_saved().model == str(path)


def test_a_saved_model_of_which_keras_makes_no_model_is_told_of_its_signature(tmp_path):
    said = refused(tmp_path, "no op")
    assert "makes no model of the SavedModel (ValueError: no op)" in said
    assert "signature=" in said


def test_keras_3_and_a_signature_that_is_asked_for_take_the_signature(tmp_path):
    def load(path, compile=True):
        raise AssertionError("load_model was called")

    for signature, layers in ((None, {"TFSMLayer": object}), ("serve", {})):
        with pytest.raises(files.UsageError, match="signature"):
            model_file(tmp_path, load, signature, **layers).as_saved()


UP_TO_2_6 = "SavedModel file does not exist at: {path}/{saved_model.pbtxt|saved_model.pb}"
UP_TO_2_11 = "Unable to synchronously open file (file signature not found)"
KERAS_2_OF_3 = "Unrecognized keyword arguments: ['batch_shape', 'optional']"


@pytest.mark.parametrize("text", [UP_TO_2_6, UP_TO_2_11])
def test_a_keras_archive_that_an_old_release_cannot_read_is_not_said_to_be_missing(tmp_path, text):
    """The file was there, and the line said that a SavedModel file was not."""
    said = refused(archive(tmp_path / "m.keras"), text)
    assert "is a .keras archive, and this Keras knows none" in said
    assert "TensorFlow 2.12 or newer" in said
    assert "model=module:factory" in said


def test_a_file_of_keras_3_that_keras_2_reads_is_told_as_such(tmp_path):
    """The line spoke of keyword arguments of a layer, which are nothing that a user gave."""
    for path in (hdf5(tmp_path / "m.h5"), archive(tmp_path / "m.keras")):
        said = refused(path, KERAS_2_OF_3)
        assert "is of Keras 3" in said
        assert "TensorFlow 2.16 or newer" in said


def test_another_error_of_a_whole_archive_is_told_as_it_is(tmp_path):
    said = refused(archive(tmp_path / "m.keras"), "no weights")
    assert said.endswith("cannot be loaded: ValueError: no weights")
