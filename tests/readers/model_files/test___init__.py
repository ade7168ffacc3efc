"""Which kind a model file is, and which Keras wrote it, told by real files of several releases."""

import hashlib
import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.readers import model_files
from profiler.readers.model_files import Kind
from tests.fuzzing import examples
from tests.readers.model_files.files import (
    ARCHIVES,
    FOLDER,
    HDF5,
    SAVED_MODELS,
    WEIGHTS,
    archive,
    read_or_refuse,
    refused,
)

EVERY_FILE = (*HDF5, *ARCHIVES, *WEIGHTS)
WRITERS = {
    "keras-2.4.h5": (Kind.HDF5, "Keras 2.4.0"),
    "keras-2.4-named.keras": (Kind.HDF5, "Keras 2.4.0"),
    "keras-2.15.h5": (Kind.HDF5, "Keras 2.15.0"),
    "keras-3.h5": (Kind.HDF5, "Keras 3.15.1"),
    "keras-2.15.keras": (Kind.ARCHIVE, "Keras 2.15.0"),
    "keras-3.keras": (Kind.ARCHIVE, "Keras 3.15.1"),
    "saved-model-keras-2.15": (Kind.SAVED_MODEL, "TensorFlow 2.15.1"),
    "saved-model-2.21": (Kind.SAVED_MODEL, "TensorFlow 2.21.0"),
    "exported-keras-3": (Kind.SAVED_MODEL, "TensorFlow 2.21.0"),
}


def test_the_files_are_those_that_the_script_made():
    known = json.loads((FOLDER / "MANIFEST.json").read_text())["files"]
    found = {
        str(path.relative_to(FOLDER)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.rglob("*")
        if path.is_file() and path.name not in ("MANIFEST.json", "make.py") and path.suffix != ".pyc"
    }
    assert found == {name: one["sha256"] for name, one in known.items()}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_says_what_it_is_and_who_wrote_it(name):
    found = model_files.read(FOLDER / name)
    assert (found.kind, found.writer) == WRITERS[name]


@pytest.mark.parametrize(("name", "renamed"), [("keras-2.4.h5", "m.keras"), ("keras-3.keras", "m.h5")])
def test_the_kind_is_told_by_the_bytes_and_not_by_the_name(tmp_path, name, renamed):
    shutil.copy(FOLDER / name, tmp_path / renamed)
    assert model_files.read(tmp_path / renamed).kind is WRITERS[name][0]


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_alone_ask_for_a_factory(name):
    error = refused(FOLDER / name)
    assert error.what == "holds weights alone, no model"
    assert "model=module:factory" in str(error)


def test_an_hdf5_file_of_anything_else_holds_no_model(tmp_path):
    shutil.copy(FOLDER / "keras-3.weights.h5", tmp_path / "data.h5")
    assert "is an HDF5 file without a model" in refused(tmp_path / "data.h5").what


@pytest.mark.parametrize("name", SAVED_MODELS)
def test_a_folder_is_only_read(tmp_path, name):
    shutil.copytree(FOLDER / name, tmp_path / name)
    (tmp_path / name).chmod(0o555)
    before = sorted(tmp_path.rglob("*"))
    model_files.read(tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_module_of_tensorflow_1_s_hub_is_none_of_tensorflow_2(tmp_path):
    shutil.copytree(FOLDER / "saved-model-2.21", tmp_path / "hub")
    (tmp_path / "hub" / "tfhub_module.pb").write_bytes(b"\x08\x03")
    assert "TensorFlow 1 Hub module" in refused(tmp_path / "hub").what


def test_what_is_no_file_or_cannot_be_read_is_a_line(tmp_path):
    assert "is no regular file" in refused_device().what
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "is no regular file" in refused(tmp_path / "loop").what


def refused_device():
    from pathlib import Path

    return refused(Path("/dev/zero"))


@pytest.mark.fuzz
@pytest.mark.parametrize("name", ["keras-2.4.h5", "keras-3.weights.h5", "keras-3.keras"])
def test_a_file_cut_at_any_of_its_first_4096_bytes_is_a_line(tmp_path, name):
    content = (FOLDER / name).read_bytes()
    path = tmp_path / "cut.h5"
    for length in range(4096):
        path.write_bytes(content[:length])
        assert refused(path).to_do is not None


@pytest.mark.fuzz
def test_a_saved_model_cut_at_any_of_its_first_4096_bytes_is_a_line(tmp_path):
    content = (FOLDER / "saved-model-2.21" / "saved_model.pb").read_bytes()
    for length in range(4096):
        (tmp_path / "saved_model.pb").write_bytes(content[:length])
        assert "copy or download the folder again" in refused(tmp_path).to_do


@pytest.mark.fuzz
@pytest.mark.parametrize("name", (*EVERY_FILE, *SAVED_MODELS))
@examples(60)
@given(data=st.data())
def test_altered_bytes_end_in_a_model_file_or_in_a_line(tmp_path_factory, name, data):
    folder = tmp_path_factory.mktemp("altered")
    is_folder = name in SAVED_MODELS
    content = bytearray((FOLDER / name / "saved_model.pb" if is_folder else FOLDER / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, min(len(content), 4096) - 1) | st.integers(0, len(content) - 1))
        content[place] = data.draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]) | st.integers(0, 255))
    path = folder / ("saved_model.pb" if is_folder else "m.h5")
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    read_or_refuse(folder if is_folder else path)


def test_an_archive_of_hdf5_under_a_name_without_a_suffix_is_told_by_its_contents(tmp_path):
    path = archive(tmp_path / "model", {"config.json": "{}", "metadata.json": '{"keras_version": "3.1.0"}'})
    assert model_files.read(path).writer == "Keras 3.1.0"
