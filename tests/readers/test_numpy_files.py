import io
import os
import zipfile

import numpy as np
import pytest

from profiler.protocol.errors import TraceFormatError
from profiler.readers import numpy_files

VALUES = np.arange(5, dtype=np.int64)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "spans.npz"
    np.savez(path, first=VALUES, second=VALUES[:2])
    return path


def test_vectors_come_back_by_name(saved):
    found = numpy_files.read_vectors(saved)
    assert {name: one.tolist() for name, one in found.items()} == {"first": [0, 1, 2, 3, 4], "second": [0, 1]}


def test_a_file_cut_at_any_byte_is_refused_in_one_line(saved):
    whole = saved.read_bytes()
    for size in range(len(whole)):
        saved.write_bytes(whole[:size])
        with pytest.raises(TraceFormatError) as refused:
            numpy_files.read_vectors(saved)
        assert "\n" not in str(refused.value)


def test_a_packed_member_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "packed.npz"
    np.savez_compressed(path, first=np.zeros(1_000_000, np.int64))
    with pytest.raises(TraceFormatError, match="a member is packed"):
        numpy_files.read_vectors(path)


@pytest.mark.parametrize(
    "value", [np.zeros(3, np.float64), np.zeros((2, 2), np.int64), np.array(["a"]), np.zeros(2, ">i8")]
)
def test_anything_but_an_int64_vector_is_refused(value, tmp_path):
    path = tmp_path / "other.npz"
    np.savez(path, first=value)
    with pytest.raises(TraceFormatError, match="not int64, one dimension"):
        numpy_files.read_vectors(path)


def test_a_header_that_promises_more_than_the_file_holds_is_refused(tmp_path):
    data = io.BytesIO()
    np.save(data, VALUES)
    path = tmp_path / "lies.npy"
    path.write_bytes(data.getvalue().replace(b"(5,)", b"(9,)"))
    with pytest.raises(TraceFormatError, match="as many as it says"):
        numpy_files.read_vector(path)


def test_another_kind_of_member_is_refused(tmp_path):
    path = tmp_path / "other.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("code.py", "print(1)")
    with pytest.raises(TraceFormatError, match=r"a member is no \.npy"):
        numpy_files.read_vectors(path)


def test_a_pipe_and_a_missing_file_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TraceFormatError, match="no regular file"):
        numpy_files.read_vectors(tmp_path / "pipe")
    with pytest.raises(TraceFormatError, match="No such file"):
        numpy_files.read_vector(tmp_path / "missing")
