"""What a SavedModel's folder says: its writer, its signatures, and whether a Keras model comes back."""

import pytest

from profiler.readers.model_files import saved_model
from tests.readers.model_files.files import FOLDER, refused


def message(number, content):
    return bytes([number << 3 | 2, len(content)]) + content


def graph(*tags, version=b"2.9.0", signatures=()):
    info = b"".join(message(4, tag) for tag in tags) + message(5, version)
    entries = b"".join(message(5, message(1, name)) for name in signatures)
    return message(2, message(1, info) + entries)


@pytest.mark.parametrize(
    ("name", "signatures", "holds_keras_model"),
    [
        ("saved-model-keras-2.15", ("serving_default",), True),
        ("saved-model-2.21", ("added", "scaled"), False),
        # export() of Keras 3 leaves functions, and no model
        ("exported-keras-3", ("serve", "serving_default"), False),
    ],
)
def test_signatures_and_the_root_are_found(name, signatures, holds_keras_model):
    found = saved_model.read(FOLDER / name)
    assert (found.signatures, found.holds_keras_model) == (signatures, holds_keras_model)


def test_the_graph_that_serves_is_read_where_there_are_several(tmp_path):
    graphs = graph(b"train", signatures=[b"learn"]) + graph(b"serve", b"gpu", signatures=[b"b", b"a"])
    (tmp_path / "saved_model.pb").write_bytes(graphs)
    assert saved_model.read(tmp_path) == saved_model.SavedModel("2.9.0", ("a", "b"), False)


def test_a_graph_that_only_trains_is_refused_with_its_tags(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(graph(b"train"))
    assert "tags: train" in refused(tmp_path).what


def test_a_saved_model_without_a_signature_cannot_be_called(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(graph(b"serve", signatures=[b"__saved_model_init_op"]))
    assert "without a signature" in refused(tmp_path).what


def test_a_name_that_would_write_to_a_terminal_is_told_without_its_control_characters(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(graph(b"serve", signatures=[b"a\x1b[2Jb\n"]))
    assert saved_model.read(tmp_path).signatures == ("a?[2Jb?",)


@pytest.mark.parametrize("content", [b"", b"\x08\x01", b"\xff" * 40, b"not a message at all"])
def test_what_is_no_message_asks_for_another_copy(tmp_path, content):
    (tmp_path / "saved_model.pb").write_bytes(content)
    assert "copy or download the folder again" in refused(tmp_path).to_do


def test_a_folder_under_the_file_s_name_is_a_line(tmp_path):
    (tmp_path / "saved_model.pb").mkdir()
    assert "is no file" in refused(tmp_path).what
