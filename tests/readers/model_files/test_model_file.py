import pytest
from packaging.version import Version

from profiler.readers.model_files import model_file


@pytest.mark.parametrize(
    ("text", "found"),
    [("2.4.0", "2.4.0"), ("2.2.4-tf", "2.2.4"), ("3.0.0.dev2024010203", "3.0.0.dev2024010203")],
)
def test_what_keras_calls_itself_is_a_version(text, found):
    """tf.keras of TensorFlow 2.0 and 2.1 is 2.2.4-tf, which is no version number elsewhere."""
    assert model_file.version(text) == Version(found)


@pytest.mark.parametrize("text", [None, "", "the newest", "2" * 41, "2.4.0; rm", "2.4\n"])
def test_what_is_no_version_is_unknown(text):
    found = model_file.version(text)
    assert found is None or str(found) == "2.4"


@pytest.mark.parametrize(
    ("keras", "tensorflow", "writer"),
    [("2.4.0", None, "Keras 2.4.0"), (None, "2.21.0", "TensorFlow 2.21.0"), (None, None, None)],
)
def test_a_writer_is_named_as_far_as_it_is_known(tmp_path, keras, tensorflow, writer):
    versions = [one and Version(one) for one in (keras, tensorflow)]
    assert model_file.ModelFile(tmp_path, model_file.Kind.HDF5, *versions).writer == writer
