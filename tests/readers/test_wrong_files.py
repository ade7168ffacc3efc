"""Files that people take for a profile: each is told by what it is and how to make the right one."""

import cProfile
import gzip
import io
import json
import marshal
import pickle
import pstats
import random
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import pytest

from profiler import readers
from profiler.protocol.errors import TraceFormatError
from profiler.readers.wrong_files import WRONG_FILES, Beginning
from tests import reference
from tests.fuzzing import FACTOR
from tests.reference_files import PROFILES, WRONG

KINDS = [kind.kind for kind in WRONG_FILES]


def zipped(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return held.getvalue()


def tarred():
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("host.xplane.pb"), io.BytesIO())
    return held.getvalue()


def database(tmp_path):
    with sqlite3.connect(tmp_path / "made.sqlite") as connection:
        connection.execute("create table events (start int)")
    connection.close()
    return (tmp_path / "made.sqlite").read_bytes()


PPROF = bytes.fromhex("0a04080110020a040803100412070a0101120201021a0608011000")
PROCESS = {"ph": "M", "pid": 1, "tid": 1, "name": "process_name", "args": {"name": "MainProcess"}}
CALL = {"ph": "X", "pid": 1, "tid": 1, "ts": 1, "dur": 2, "name": "f (a.py:1)", "cat": "FEE"}

SAMPLES = {
    "git_annex": b"/annex/objects/SHA256E-s12--0123.prof\n",
    "line_profiler": b"Timer unit: 1e-06 s\n\nTotal time: 0.5 s\n",
    "ghc": b"\tThu Nov 26 02:00 2026 Time and Allocation Profiling Report  (Final)\n\n\t   a +RTS -p -RTS\n",
    "gperftools": b"".join(word.to_bytes(8, "little") for word in (0, 3, 0, 10000, 0)),
    "pprof": gzip.compress(PPROF),
    "perf": b"PERFILE2" + bytes(96),
    "callgrind": b"# callgrind format\nevents: Instructions\n",
    "sampling_binary": b"HCAT\2\0\0\0" + bytes(60),
    "speedscope": json.dumps(
        {"$schema": "https://www.speedscope.app/file-format-schema.json", "exporter": "py-spy@0.3.14"}
    ).encode(),
    "pytorch": json.dumps({"schemaVersion": 1, "deviceProperties": [], "traceEvents": [PROCESS]}).encode(),
    "viztracer": json.dumps({"traceEvents": [PROCESS, CALL]}).encode(),
    "chrome": b'[{"args":{"name":"CrRendererMain"},"cat":"__metadata","name":"thread_name","ph":"M"}]',
    "gecko": b'{"meta":{"interval":1,"processType":0},"threads":[]}',
    "kprof": b'{\n "schema": "kprof.run/1",\n "plan": {}\n}',
    "other_trace": json.dumps({"traceEvents": [PROCESS]}).encode(),
    "other_json": b'{"a": [1, 2]}',
    "pickle": pickle.dumps({"a": 1}),
    "html": b"\n\n<!DOCTYPE html>\n<html lang='en'>",
    "svg": b'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "a">\n<svg width="9">',
    "stacks": b"main (a.py:1);work (a.py:2) 17\nmain (a.py:1) ;rest (a.py:3) 4\n",
    "events": b"\x18" + bytes(7) + b"abcd\x09\0\0\x80\x1b\x93\x41\xda\x41\x1a\x0dbrain.Event:2abcd",
    "model": zipped("metadata.json", "config.json", "model.weights.h5"),
    "archive": zipped("host.xplane.pb"),
    "tar": gzip.compress(tarred()),
    "code": b"\xa7\r\r\n" + bytes(12) + b"\xe3",
    "zeros": bytes(100_000),
    "text": b"some notes on profiles\n" * 9,
    "marshal": marshal.dumps(7),
}


@pytest.fixture
def refusal(tmp_path):
    def refuse(data, name="some.prof"):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(TraceFormatError) as caught:
            readers.recognise(path)
        assert str(caught.value).startswith(f"{path}: ")
        assert "\n" not in str(caught.value)
        return caught.value

    return refuse


def told(kind):
    return next(one for one in WRONG_FILES if one.kind == kind)


@pytest.mark.parametrize("name", WRONG)
def test_what_the_real_tools_write_is_told(name, refusal):
    path, kind = WRONG[name]
    error = refusal(path.read_bytes())
    assert (error.what, error.to_do) == (told(kind).what, told(kind).to_do)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_wrong_file_is_told_by_what_it_is(kind, refusal):
    error = refusal(SAMPLES[kind])
    assert (error.what, error.to_do) == (told(kind).what, told(kind).to_do)


def test_every_kind_has_an_example_and_a_remedy():
    assert len(set(KINDS)) == len(KINDS)
    assert {*SAMPLES, *(kind for _, kind in WRONG.values()), "sqlite", "derived"} == set(KINDS)
    assert all(kind.what and kind.to_do for kind in WRONG_FILES)


def test_a_database_of_another_profiler_is_told(refusal, tmp_path):
    assert refusal(database(tmp_path)).what == told("sqlite").what


def test_what_tensorboard_derives_from_a_trace_is_told_by_its_name(refusal):
    error = refusal(b"\x0a\x04abcd", "vm.overview_page.pb")
    assert "give the .xplane.pb file beside it" in str(error)


@pytest.mark.parametrize(
    "value",
    [7, -1, 1.5, "a name", b"bytes", None, True, [], [1, 2], (1, 2), {1, 2}, compile("1", "a", "eval")],
)
@pytest.mark.parametrize("version", [2, 4])
def test_marshal_of_something_else_is_refused(value, version, refusal):
    assert "marshal of something else" in str(refusal(marshal.dumps(value, version)))


def test_a_report_is_told_after_all_that_the_program_printed(refusal):
    profile = cProfile.Profile()
    profile.runcall(sorted, [3, 1, 2], key=str)
    out = io.StringIO()
    pstats.Stats(profile, stream=out).sort_stats("cumulative").print_stats()
    printed = "step 1 of 9: loss 0.5\n" * 9000
    for text in (out.getvalue(), printed + out.getvalue()):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            assert refusal(text.encode(encoding)).what == told("cprofile_text").what
    assert refusal(printed.encode()).what == told("text").what


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_of_every_protocol_are_refused(protocol, refusal):
    assert "pickle" in str(refusal(pickle.dumps({"a": [1]}, protocol)))


@pytest.mark.parametrize("name", ["vm.xplane.pb", "vm.xplane.pb.gz"])
def test_an_empty_xplane_may_be_a_session_of_over_2_gb(name, refusal):
    error = refusal(b"", name)
    assert "is empty, as TensorFlow leaves a session of more than 2 GB" in str(error)
    assert "fewer steps" in error.to_do


def test_other_empty_files_are_empty(refusal):
    assert "2 GB" not in str(refusal(b"", "a.prof"))


RIGHT = [path for path, _ in PROFILES.values()] + [
    path
    for name in readers.FORMATS
    for path in reference.FOLDER.rglob("*")
    if path.name.endswith(readers.reader(name).SUFFIXES)
]


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: "/".join(path.parts[-3:]))
def test_no_right_file_is_taken_for_a_wrong_one(path):
    assert readers.recognise(path) in readers.FORMATS


def test_a_trace_of_tensorflow_may_have_any_names_in_its_events(tmp_path):
    trace = {
        "displayTimeUnit": "ns",
        "traceEvents": [
            {"ph": "M", "pid": 1, "name": "process_name", "args": {"name": "/host:CPU"}},
            {"ph": "X", "pid": 1, "tid": 1, "ts": 1, "dur": 1, "name": '"cat": "FEE", "callFrame": 1'},
        ],
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps(trace))
    assert readers.recognise(path) == "legacy"


def test_at_most_64_kib_of_a_file_are_read(tmp_path, monkeypatch):
    path = tmp_path / "large.prof"
    path.write_bytes(PROFILES["py3.11-predict.prof"][0].read_bytes() * 99)
    read = []

    class Counting(io.FileIO):
        def read(self, size=-1):
            data = super().read(size)
            read.append(len(data))
            return data

    monkeypatch.setattr(Path, "open", lambda path, *mode, **how: Counting(path))
    assert readers.recognise(path) == "pstats"
    assert 0 < sum(read) <= 1 << 16


FIRST = 1 << 12


def recognised_or_refused(data):
    """Recognise a file with these bytes; what is refused is refused in one line that names it."""
    start, end = data[: readers.BEGINNING], data[-readers.END :]
    try:
        found = readers.format_of(Beginning("some.prof", len(data), start, end), Path("some.prof"))
    except TraceFormatError as error:
        text = str(error)
        assert text.startswith("some.prof: ")
        assert "\n" not in text
    else:
        # a reader may take it only by the bytes that it begins with
        assert readers.reader(found).recognises(start)


EXAMPLES = {
    **{name: path.read_bytes() for name, (path, _) in PROFILES.items()},
    **{name: path.read_bytes() for name, (path, _) in WRONG.items()},
    **SAMPLES,
}


@pytest.mark.fuzz
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_cut_at_any_of_its_first_bytes_is_recognised_or_refused(name):
    data = EXAMPLES[name]
    for end in range(1, min(len(data), FIRST)):
        recognised_or_refused(data[:end])
    source = random.Random(8)
    for _ in range(20 * FACTOR):
        recognised_or_refused(data[: source.randrange(1, len(data))])


@pytest.mark.fuzz
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_with_bytes_changed_is_recognised_or_refused(name):
    data = EXAMPLES[name]
    source = random.Random(9)
    for _ in range(100 * FACTOR):
        damaged = bytearray(data)
        for _ in range(source.choice((1, 3, 20))):
            damaged[source.randrange(min(len(data), FIRST))] = source.randrange(256)
        recognised_or_refused(bytes(damaged))


@pytest.mark.parametrize("text", [" ", "\n", "[ ", '"name"', "a;", "0", "1 ", '{"cat" ', "<", "\t0.000"])
def test_long_text_of_one_kind_alone_is_refused(text, tmp_path):
    path = tmp_path / "long.txt"
    path.write_text(text * (1 << 16))
    with pytest.raises(TraceFormatError):
        readers.recognise(path)
