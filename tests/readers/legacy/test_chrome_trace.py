"""``trace.json.gz`` files, sound, damaged and hostile."""

import json

import pytest

from profiler.protocol.errors import TraceFormatError
from profiler.readers.legacy import runtime_trace
from tests.readers.legacy.files import (
    CHROME,
    MIB,
    checked,
    peak_bytes,
    rows,
    write_chrome,
)


def test_a_chrome_trace_becomes_the_same_tables_in_picoseconds(tmp_path):
    trace = checked(write_chrome(tmp_path))
    assert trace.lines.coded("kind").decode() == ["python", "executor"]
    assert rows(trace)[0] == ("kprof_call", 0, 100_000_000, 1_000_500_000, 0, -1, 700_500_000)
    assert rows(trace)[2] == ("dense/Sigmoid:Sigmoid", 1, 300_000_000, 10_005_000, 0, -1, 10_005_000)
    assert rows(trace)[4][5] == 3


def altered(**changes):
    whole = {"ph": "X", "pid": 3, "tid": 7, "ts": 1.0, "dur": 1.0, "name": "op"}
    return {"traceEvents": [{**whole, **changes}]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b"\xff\xfe",
        {"traceEvents": 3},
        {"traceEvents": []},
        {"traceEvents": [3]},
        altered(ts="1"),
        altered(ts=-1.0),
        altered(dur=-1.0),
        altered(dur=1e300),
        altered(pid=True),
        altered(tid=1.5),
        altered(name=None),
        json.dumps(altered()).replace("1.0", "NaN").encode(),
    ],
    ids=lambda content: str(content)[:40],
)
def test_a_damaged_chrome_trace_is_one_error_that_names_the_file(tmp_path, content):
    with pytest.raises(TraceFormatError, match=r"vm\.trace\.json\.gz: "):
        runtime_trace.read(write_chrome(tmp_path, content))


@pytest.mark.parametrize(
    "content",
    [
        b'{"traceEvents":[{}] ',
        b'{"traceEvents":[{},]}',
        b'{"traceEvents":[]}}',
        b'{"a":1 "traceEvents":[]}',
        b'{1:2,"traceEvents":[]}',
        b'{"a":truth,"traceEvents":[]}',
        b'{"a":"\xff","traceEvents":[]}',
        b'{"a":"' + b"x" * (1 << 19) + b'","traceEvents":[]}',
    ],
    ids=["cut", "comma", "more", "no comma", "key", "word", "utf-8", "long"],
)
def test_a_chrome_trace_that_is_no_json_is_one_line(tmp_path, content):
    with pytest.raises(TraceFormatError, match=r"vm\.trace\.json\.gz: no Chrome trace") as caught:
        runtime_trace.read(write_chrome(tmp_path, content))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400 + len(str(tmp_path))


def test_values_longer_than_usual_and_space_are_read(tmp_path):
    entry = {**CHROME["traceEvents"][3], "args": {"long": "x" * 100_000, "number": 1}}
    content = {"first": 10**4200, **CHROME, "traceEvents": [entry, entry]}
    trace = checked(write_chrome(tmp_path, json.dumps(content, indent=3).encode()))
    assert [row[3] for row in rows(trace)] == [1_000_500_000] * 2


def chrome(*parts):
    """Return the text of a Chrome trace with these entries."""
    return b'{"traceEvents":[' + b",".join(parts) + b"]}"


SMALL_ENTRY = '{"ph":"X","ts":%d,"pid":0,"tid":0,"name":"%x"}'


CHROME_DENSE = {
    "distinct names": lambda: chrome(*((SMALL_ENTRY % (i, i)).encode() for i in range(100_000))),
    "empty entries": lambda: chrome(*[b"{}"] * 300_000),
    "lists": lambda: chrome(b'{"args":[' + b"[]," * 1_500_000 + b"[]]}"),
    "nested lists": lambda: chrome(*[b"[" * 900 + b"]" * 900] * 2000),
    "another list": lambda: b'{"metadata":[' + b'"ab",' * 800_000 + b'1],"traceEvents":[]}',
    "a long key": lambda: b'{"' + b"k" * (4 * MIB) + b'":1}',
    "wide characters": lambda: chrome(b'{"name":"\xf0\x9f\x98\x80"}', *[b'{"name":"n"}'] * 100_000),
}


@pytest.mark.long
@pytest.mark.parametrize("kind", CHROME_DENSE)
def test_a_chrome_trace_takes_memory_in_proportion_to_its_bytes(tmp_path, kind):
    content = CHROME_DENSE[kind]()
    path = write_chrome(tmp_path, content)
    assert peak_bytes(path) <= 10 * len(content) + 64 * MIB
