"""Loading a model file with a Keras that is made up: what is said of one that is not loaded."""

import zipfile
from types import SimpleNamespace

import pytest

from profiler.collect.models import files


def refused(path, text="File not found: filepath={path}"):
    def load(path, compile=True):
        raise ValueError(text.replace("{path}", str(path)))

    with pytest.raises(files.CannotLoadError) as caught:
        files.ModelFile(str(path), SimpleNamespace(models=SimpleNamespace(load_model=load))).as_saved()
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
