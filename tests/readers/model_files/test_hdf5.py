"""The root attributes of HDF5 files that h5py wrote, in both layouts of an object header."""

import json
import struct

import pytest

from profiler.protocol.errors import UsageError
from profiler.readers.model_files import hdf5
from tests.readers.model_files.files import FOLDER, HDF5, WEIGHTS

VERSION = frozenset({"keras_version", "backend"})
SAVED = {"backend", "keras_version", "model_config", "training_config"}


@pytest.mark.parametrize("name", HDF5)
def test_the_attributes_of_a_saved_model_are_found(name):
    found = hdf5.attributes(FOLDER / name, VERSION)
    assert found.names == SAVED
    assert found.are_all
    assert found.strings["backend"] == "tensorflow"
    made_with = json.loads((FOLDER / "MANIFEST.json").read_text())["files"][name]["made_with"]
    assert f"Keras {found.strings['keras_version']}" in made_with


def test_the_attributes_of_weights_are_others():
    assert hdf5.attributes(FOLDER / WEIGHTS[0], VERSION).names == {"backend", "keras_version", "layer_names"}
    assert hdf5.attributes(FOLDER / WEIGHTS[2], VERSION).names == frozenset()


def test_a_file_that_was_cut_is_told_with_the_size_that_it_states(tmp_path):
    content = (FOLDER / "keras-2.4.h5").read_bytes()
    (tmp_path / "m.h5").write_bytes(content[:-1])
    with pytest.raises(UsageError, match=f"is cut: {len(content) - 1} bytes of the {len(content)} that"):
        hdf5.attributes(tmp_path / "m.h5", VERSION)


def newer_layout(*messages, more=b""):
    """Return a file of superblock 2 and object header 2, with these messages in the root's header."""
    block = b"".join(struct.pack("<BHB", kind, len(data), 0) + data for kind, data in messages)
    header = b"OHDR" + bytes([2, 2]) + struct.pack("<I", len(block)) + block + b"sum!"
    size = 48 + len(header) + len(more)
    start = hdf5.SIGNATURE + bytes([2, 8, 8, 0]) + struct.pack("<4Q", 0, 2**64 - 1, size, 48) + b"sum!"
    return start + header + more


def attribute(name, value):
    """Return an attribute message of version 3 that holds a string of fixed length."""
    data_type = bytes([0x13, 0, 0, 0]) + struct.pack("<I", len(value))
    space = bytes([2, 0, 0, 0])
    sizes = struct.pack("<3H", len(name) + 1, len(data_type), len(space))
    return bytes([3, 0]) + sizes + b"\0" + name + b"\0" + data_type + space + value


def test_the_newer_layout_is_read_too(tmp_path):
    """h5py writes it where it is told ``libver="latest"``."""
    path = tmp_path / "m.h5"
    path.write_bytes(newer_layout((0x0C, attribute(b"keras_version", b"2.6.0")), (0, bytes(3))))
    found = hdf5.attributes(path, VERSION)
    assert (found.names, found.strings) == ({"keras_version"}, {"keras_version": "2.6.0"})
    assert found.are_all


def test_attributes_that_lie_in_a_heap_of_their_own_are_not_said_to_be_missing(tmp_path):
    path = tmp_path / "m.h5"
    path.write_bytes(newer_layout((0x15, bytes(2) + struct.pack("<2Q", 400, 500))))
    assert not hdf5.attributes(path, VERSION).are_all
    path.write_bytes(newer_layout((0x15, bytes(2) + b"\xff" * 16)))
    assert hdf5.attributes(path, VERSION).are_all


def test_blocks_that_go_in_a_circle_end_in_a_line(tmp_path):
    path = tmp_path / "m.h5"
    # the block of the continuation is the header's own: its message starts after 48 + 10 bytes
    path.write_bytes(newer_layout((0x10, struct.pack("<2Q", 54, 28))))
    with pytest.raises(UsageError, match="more than 64 blocks"):
        hdf5.attributes(path, VERSION)


@pytest.mark.parametrize("version", [4, 200])
def test_a_superblock_of_an_unknown_version_is_a_line(tmp_path, version):
    path = tmp_path / "m.h5"
    path.write_bytes(hdf5.SIGNATURE + bytes([version]) + bytes(100))
    with pytest.raises(UsageError, match=f"no superblock has the version {version}"):
        hdf5.attributes(path, VERSION)
