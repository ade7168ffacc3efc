"""What people give instead of a model, each told what it is and what to do."""

import gzip
import json

import pytest

from tests.readers.model_files.files import FOLDER, refused

FACTORY = "model=module:factory"
SAFETENSORS = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
FILES = {
    "nothing": ("m.h5", b"", "is empty", "download it again"),
    "cut at once": ("m.h5", b"\x89HDF", "is cut (4 bytes)", "download it again"),
    "Git LFS": (
        "m.keras",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n",
        "a Git LFS pointer to a file of 12345 bytes",
        "git lfs pull",
    ),
    "web page": ("m.h5", b"\n<!DOCTYPE html><html>404", "is a web page", "download the file itself"),
    "TensorFlow Lite": (
        "m.tflite",
        b"\x1c\0\0\0TFL3" + bytes(30),
        "is a TensorFlow Lite model",
        "Keras model",
    ),
    "safetensors": (
        "m.safetensors",
        len(SAFETENSORS).to_bytes(8, "little") + SAFETENSORS + bytes(4),
        "weights alone",
        FACTORY,
    ),
    "PyTorch before 1.6": (
        "m.pt",
        b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",
        "is a PyTorch file",
        FACTORY,
    ),
    "pickle": ("m.pkl", b"\x80\x04\x95", "is a Python pickle", FACTORY),
    "NumPy": ("x.npy", b"\x93NUMPY\x01\0", "holds a NumPy array", "input="),
    "tar.gz": ("m.tar.gz", gzip.compress(b"x"), "is a packed file", "unpack it"),
    "configuration": (
        "m.json",
        b'{"class_name": "Sequential", "config": {}}',
        "a model's configuration (to_json) without weights",
        "model_from_json",
    ),
    "TensorFlow.js": ("model.json", b'{"modelTopology": {}}', "is a TensorFlow.js model", "Keras model"),
    "JSON": ("m.json", b'{"a": 1}', "is JSON, no model", FACTORY),
    "cut JSON": ("m.json", b'{"class_name": ', "is JSON that was cut", FACTORY),
    "part of a SavedModel": ("saved_model.pb", b"\x08\x01", "is a part of a SavedModel", "give its folder"),
    "checkpoint": ("ckpt-1.data-00000-of-00001", b"\0", "part of a TensorFlow checkpoint", FACTORY),
    "ONNX by name": ("m.onnx", b"\x08\x07", "is an ONNX model", "Keras model"),
    "ONNX by content": ("m.h5", b"\x08\x08\x12\x07pytorch ai.onnx", "is an ONNX model", "Keras model"),
    "frozen graph": ("frozen.pb", b"\x0a\x10", "is a frozen graph", FACTORY),
    "text": ("m.txt", b"hello", "is no model file that kprof knows (5 bytes", FACTORY),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_model_is_told_what_it_is(tmp_path, name):
    file, content, said, to_do = FILES[name]
    (tmp_path / file).write_bytes(content)
    error = refused(tmp_path / file)
    assert said in error.what
    assert to_do in str(error)


def test_a_folder_of_versions_names_the_newest(tmp_path):
    """As TensorFlow Serving keeps them: 10 is newer than 9."""
    for version in ("1", "9", "10"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "saved_model.pb").write_bytes(b"")
    (tmp_path / "11").mkdir()
    error = refused(tmp_path)
    assert error.what == "holds 3 versions of a SavedModel"
    assert str(error).endswith(f"; give one: model={tmp_path / '10'}")


FOLDERS = {
    "saved_model.pbtxt": "is a SavedModel as text",
    "model.json": "is a TensorFlow.js model",
    "model.safetensors": "is a Hugging Face model",
    "ckpt.index": "a folder of TensorFlow checkpoints",
    "other.txt": "is a folder without saved_model.pb",
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_is_no_saved_model_is_told_what_it_is(tmp_path, name):
    (tmp_path / name).write_text("")
    assert FOLDERS[name] in refused(tmp_path).what


def test_an_archive_that_was_unpacked_is_told_how_to_pack_it(tmp_path):
    for name in ("config.json", "metadata.json", "model.weights.h5"):
        (tmp_path / name).write_text("")
    assert "zip its files again" in refused(tmp_path).to_do


def test_a_folder_that_holds_a_model_file_names_it(tmp_path):
    (tmp_path / "m.keras").write_bytes((FOLDER / "keras-3.keras").read_bytes())
    assert refused(tmp_path).to_do == f"give {tmp_path / 'm.keras'}"


@pytest.mark.long
def test_a_folder_of_ten_thousand_files_is_a_line(tmp_path):
    for number in range(10_050):
        (tmp_path / f"{number}.txt").touch()
    assert "is a folder without saved_model.pb" in refused(tmp_path).what
