"""``latencies.npy`` of a run may come from anyone: whatever it holds ends in durations or in one line."""

import os
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.protocol.errors import RunError
from profiler.runs import latencies
from tests.fuzzing import examples


def saved(path, values, **options):
    with path.open("wb") as file:
        np.lib.format.write_array(file, np.asarray(values), **options)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "latencies.npy"


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_durations_are_read_as_they_were_written(path, version):
    saved(path, np.array([5, 6], np.int64), version=version)
    assert latencies.read(path).tolist() == [5, 6]


def zipped(path):
    """A zip was opened as one of arrays, which has no dtype: an internal error."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", b"")


def claiming(path):
    """A header that claims more than the file holds asked for all memory."""
    saved(path, np.array([5, 6], np.int64))
    path.write_bytes(path.read_bytes().replace(b"(2,), ", b"(9" + b"9" * 12 + b",)"))


@pytest.mark.parametrize(
    "damage",
    [
        zipped,
        claiming,
        lambda path: path.write_bytes(b"PK\x03\x04" + b"junk" * 40),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\x93NUMPY\x01\x00\xff\xff{"),
        lambda path: path.write_bytes(b"\x93NUMPY\x07\x00\x10\x00"),
        lambda path: saved(path, [0, 5]),
        lambda path: saved(path, [-1]),
        lambda path: saved(path, np.array([], np.int64)),
        # together 0 ns in an int64
        lambda path: saved(path, [2**62] * 4),
        lambda path: saved(path, [1.0, float("nan")]),
        lambda path: saved(path, np.ones((2, 2), np.int64)),
        lambda path: saved(path, np.array([5, 6], ">i8")),
        lambda path: np.save(path, np.array([{}], object), allow_pickle=True),
        lambda path: path.mkdir(),
        os.mkfifo,
    ],
)
def test_what_holds_no_durations_is_one_line(path, damage):
    """A FIFO waited for ever; the others were internal errors or numbers."""
    damage(path)
    with pytest.raises(RunError, match=r"latencies\.npy: ") as caught:
        latencies.read(path)
    assert "\n" not in str(caught.value)


def test_a_cut_file_is_one_line(path):
    saved(path, np.arange(1, 50))
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(RunError):
            latencies.read(path)


@pytest.mark.fuzz
@examples(200)
@given(data=st.data())
def test_altered_bytes_end_in_durations_or_in_one_line(tmp_path_factory, data):
    path = saved(tmp_path_factory.mktemp("fuzz") / "latencies.npy", np.arange(1, 9))
    altered = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(altered)
    try:
        found = latencies.read(path)
    except RunError:
        return
    assert (found >= 1).all()
