"""``.keras`` archives that are cut, hostile, or something else."""

import struct
import zipfile

import pytest
from packaging.version import Version

from profiler.readers.model_files import archive as reader
from tests.readers.model_files.files import ARCHIVES, FOLDER, archive, refused

WHOLE = {"config.json": "{}", "metadata.json": '{"keras_version": "2.15.0"}'}


def test_the_metadata_names_the_keras_that_wrote_it(tmp_path):
    assert reader.read(archive(tmp_path / "m.keras", WHOLE)) == Version("2.15.0")


@pytest.mark.parametrize(
    "metadata",
    ["", "{", "[]", "7", '{"keras_version": 3}', '{"keras_version": "no"}', "[" * 60_000, " " * (1 << 17)],
)
def test_metadata_that_says_nothing_leaves_the_writer_unknown(tmp_path, metadata):
    assert reader.read(archive(tmp_path / "m.keras", {**WHOLE, "metadata.json": metadata})) is None


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out", "..\\out", "C:\\out", "C:/out"])
def test_a_member_that_escapes_is_refused(tmp_path, name):
    error = refused(archive(tmp_path / "m.keras", {**WHOLE, name: "x"}))
    assert "would be unpacked elsewhere" in error.what
    assert not (tmp_path.parent / "out").exists()


@pytest.mark.long
def test_an_archive_that_unpacks_to_gigabytes_is_refused(tmp_path):
    zeros = bytes(reader.LARGEST_UNPACKED // 4)
    members = {f"model-{n}.weights.h5": zeros for n in range(5)}
    path = archive(tmp_path / "m.keras", {**WHOLE, **members}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 2 << 20
    assert f"to {5 * len(zeros) + 29} bytes" in refused(path).what


def test_a_directory_of_a_million_members_is_refused_before_it_is_read(tmp_path):
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0, 0, 0)
    (tmp_path / "m.keras").write_bytes(b"PK\x03\x04" + bytes(40) + end)
    assert "no model has so many" in refused(tmp_path / "m.keras").what


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_download_that_was_cut_is_told_with_the_size_that_its_members_state(tmp_path, name):
    """The directory lies at the end, and is lost first; the headers before the members are still there."""
    content = (FOLDER / name).read_bytes()
    weights = zipfile.ZipFile(FOLDER / name).getinfo("model.weights.h5")
    path = tmp_path / "m.keras"
    path.write_bytes(content[: len(content) // 2])
    end = weights.header_offset + 30 + len(weights.filename) + weights.compress_size
    told = refused(path).what
    assert f"is no whole .keras archive ({len(content) // 2} bytes, its members need more than " in told
    # the header may hold an extra field
    assert end <= int(told.split()[-1].rstrip(")")) < len(content)


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("archive/data.pkl", "is a PyTorch file"),
        ("m/saved_model.pb", "is a zip archive of a SavedModel"),
        ("x.npy", "holds NumPy arrays"),
        ("model.keras", "holds a .keras or .h5 file"),
        ("model.weights.h5", "holds weights alone"),
        ("readme.txt", "without config.json"),
    ],
)
def test_an_archive_of_something_else_is_told_what_it_is(tmp_path, member, said):
    assert said in refused(archive(tmp_path / "m.keras", {member: "x"})).what
