"""The formats that kprof reads: each is found by a file's first bytes, whatever its name."""

import gzip
import importlib
import json
import random
from pathlib import Path

import pytest

from profiler import readers
from profiler.protocol.errors import TraceFormatError
from tests import reference
from tests.fuzzing import FACTOR
from tests.readers.legacy.files import CHROME, LOCAL
from tests.readers.xplane.encoding import event, integer, line, names, space, span
from tests.reference_files import PROFILES

FORMATS = readers.FORMATS
REFERENCE = {
    name: [
        path
        for path in sorted(reference.FOLDER.rglob("*"))
        if path.name.endswith(readers.reader(name).SUFFIXES)
    ]
    for name in FORMATS
}

# the wire format that several share, and models, of which there are no tables
NO_FORMATS = ("model_files", "wire")


def test_every_folder_of_a_format_is_registered_and_offers_what_a_reader_does():
    folder = Path(readers.__file__).parent
    assert sorted([*FORMATS, *NO_FORMATS]) == sorted(
        path.parent.name for path in folder.glob("*/__init__.py")
    )
    for name in FORMATS:
        assert all(suffix == suffix.lower() for suffix in readers.reader(name).SUFFIXES)
        assert callable(readers.reader(name).read)


def test_no_two_formats_share_a_suffix():
    suffixes = [suffix for name in FORMATS for suffix in readers.reader(name).SUFFIXES]
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize(("name", "path"), [(n, p) for n, paths in REFERENCE.items() for p in paths], ids=str)
def test_a_reference_capture_is_recognised_by_its_own_format_alone(name, path):
    with path.open("rb") as file:
        start = file.read(readers.BEGINNING)
    assert [other for other in FORMATS if readers.reader(other).recognises(start)] == [name]


@pytest.mark.parametrize("name", FORMATS)
def test_there_is_a_reference_capture_of_every_format_and_it_is_read(name):
    assert REFERENCE[name]
    assert readers.reader(name).read(REFERENCE[name][0])


@pytest.mark.parametrize("name", FORMATS)
def test_the_bytes_decide_and_not_the_name(name, tmp_path):
    for other in FORMATS:
        path = tmp_path / f"renamed{readers.reader(other).SUFFIXES[0]}"
        path.write_bytes(REFERENCE[name][0].read_bytes())
        assert readers.recognise(path) == name
        assert readers.reader(name).read(path)


PLANE = span(2, b"/device:GPU:0")
SMALL = {
    "an empty profile": ("pstats", b"{0"),
    "a profile with shared labels": ("pstats", b"\xfb\xa9\x03"),
    "a plane with an id": ("xplane", span(1, integer(1, 7) + PLANE)),
    "a plane without a name": ("xplane", span(1, line(event(1, 0, 1)))),
    "a plane longer than the beginning": ("xplane", space(line(event(1, 0, 1) * 9999), names(["a"]))),
    "hostnames first": ("xplane", span(4, b"vm") + span(1, PLANE)),
    "an error first": ("xplane", span(2, b"no device") + span(1, PLANE)),
    "events first": ("legacy", span(4, integer(1, 2) + integer(2, 3) + span(3, b"op"))),
    "a device without a key": ("legacy", span(1, span(2, span(1, b"/host:CPU")))),
    "a device first": ("legacy", span(1, integer(1, 3) + span(2, span(1, b"/host:CPU")))),
    "spaces before JSON": ("legacy", b' \n{ "traceEvents": []}'),
}


@pytest.mark.parametrize("kind", SMALL)
def test_small_files(kind, tmp_path):
    name, data = SMALL[kind]
    path = tmp_path / "file"
    path.write_bytes(data)
    assert readers.recognise(path) == name


@pytest.mark.parametrize("kind", [kind for kind, (name, _) in SMALL.items() if name != "pstats"])
def test_traces_may_be_packed_with_gzip(kind, tmp_path):
    name, data = SMALL[kind]
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(data))
    assert readers.recognise(path) == name


@pytest.mark.parametrize(
    "data",
    [
        b"hello, world\n",
        b"\x1f\x8b\x08cut",
        b"\x0a",
        b"\xff" * 5000,
    ],
)
def test_unknown_bytes_are_refused_in_one_line(data, tmp_path):
    path = tmp_path / "some.prof"
    path.write_bytes(data)
    with pytest.raises(TraceFormatError, match=r"some\.prof: is no profile or trace that kprof") as caught:
        readers.recognise(path)
    assert "\n" not in str(caught.value)
    assert ".xplane.pb" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("empty.prof", "is empty"),
        ("gone", "cannot be read: there is no such file"),
        (".", "is no file"),
        ("a\0b", "cannot be read"),
        ("x" * 5000, "cannot be read"),
    ],
)
def test_what_is_no_file_or_empty_is_refused_in_one_line(name, says, tmp_path):
    (tmp_path / "empty.prof").write_bytes(b"")
    with pytest.raises(TraceFormatError, match=says):
        readers.recognise(tmp_path / name)


LEGACY = gzip.compress(json.dumps(CHROME).encode())
WHOLE = {
    **{name: path.read_bytes() for name, (path, _) in PROFILES.items()},
    "local.trace": LOCAL,
    "vm.trace.json.gz": LEGACY,
    "vm.xplane.pb": space(line(event(1, 0, 9) + event(2, 1, 3)), names(["$a.py:1 predict", "Op"])),
}


def findings_or_refusal(path, data):
    """Return what is said of a file with these bytes, from its first bytes to its findings."""
    path.write_bytes(data)
    try:
        name = readers.recognise(path)
        quality = importlib.import_module(f"profiler.readers.{name}.quality")
        return [str(finding) for finding in quality.findings(readers.reader(name).read(path))]
    except TraceFormatError as error:
        assert str(error).startswith(f"{path}: ")
        return [str(error)]


@pytest.mark.fuzz
@pytest.mark.parametrize("name", WHOLE)
def test_an_altered_file_ends_in_findings_or_in_one_line(name, tmp_path):
    data, path = WHOLE[name], tmp_path / name
    assert findings_or_refusal(path, data) is not None
    source = random.Random(11)
    for number in range(12 * FACTOR):
        damaged = bytearray(data)
        for _ in range(source.choice((1, 3, 20))):
            damaged[source.randrange(len(damaged))] ^= 1 << source.randrange(8)
        cut = bytes(damaged[: source.randrange(1, len(data))] if number % 2 else damaged)
        assert not any("\n" in text for text in findings_or_refusal(path, cut))
