"""The bytes of a file, mapped or unpacked."""

import gzip

import pytest

from profiler.protocol.errors import TraceFormatError
from profiler.readers import session_files

BYTES = bytes(range(256)) * 40


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_s_bytes_are_mapped_or_unpacked(packed, tmp_path):
    path = tmp_path / "any.name"
    path.write_bytes(gzip.compress(BYTES) if packed else BYTES)
    assert session_files.load(path).tobytes() == BYTES


def test_several_packed_parts_are_one_file(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"ab") + gzip.compress(b"cd"))
    assert session_files.load(path).tobytes() == b"abcd"


PACKED = gzip.compress(BYTES, mtime=0)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (PACKED[:-9], "damaged gzip"),
        (PACKED[:12] + b"\xff\xff" + PACKED[14:], "damaged gzip"),
        (PACKED[:5], "damaged gzip"),
    ],
)
def test_an_empty_or_damaged_file_is_one_error_that_names_it(data, says, tmp_path):
    path = tmp_path / "a.xplane.pb.gz"
    path.write_bytes(data)
    with pytest.raises(TraceFormatError, match=rf"a\.xplane\.pb\.gz: {says}") as caught:
        session_files.load(path)
    assert isinstance(caught.value.offset, int)


def test_a_missing_file_and_a_folder_are_one_error(tmp_path):
    for path in (tmp_path / "gone", tmp_path):
        with pytest.raises(TraceFormatError, match="cannot be read"):
            session_files.load(path)


def test_what_unpacks_to_more_than_the_limit_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.gz"
    path.write_bytes(PACKED)
    monkeypatch.setattr(session_files, "GZIP_LIMIT", 20)
    with pytest.raises(TraceFormatError, match="unpack it first"):
        session_files.load(path)


def test_first_bytes_are_unpacked_as_far_as_they_go():
    assert session_files.unpacked(BYTES[:100]) == BYTES[:100]
    start = gzip.compress(BYTES, 0)[:1000]
    assert session_files.unpacked(start) == BYTES[: len(session_files.unpacked(start))]
    assert len(session_files.unpacked(start)) > 900
    assert session_files.unpacked(b"\x1f\x8b\x08cut here, no gzip") == b""


def test_a_packed_file_is_held_plain_for_a_while_and_a_plain_one_is_itself(tmp_path):
    packed, plain = tmp_path / "a.gz", tmp_path / "a"
    packed.write_bytes(PACKED)
    plain.write_bytes(BYTES)
    with session_files.plain(packed) as held:
        assert held.read_bytes() == BYTES
    assert not held.exists() and packed.exists()
    with session_files.plain(plain) as held:
        assert held == plain
