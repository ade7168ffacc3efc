"""The traces of releases that write no XPlane."""

import contextlib
import gzip
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiler.protocol.errors import TraceFormatError
from profiler.readers.legacy import runtime_trace
from profiler.runs import record
from tests import reference


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field, value):
    return varint(field << 3) + varint(value)


def span(field, content):
    return varint(field << 3 | 2) + varint(len(content)) + content


def event(device, resource, name, start_ps, duration_ps):
    numbers = number(1, device) + number(2, resource)
    return span(4, numbers + span(3, name) + number(9, start_ps) + number(10, duration_ps))


def device(key, name, resources):
    threads = b"".join(
        span(3, number(1, thread) + span(2, span(1, label) + number(2, thread)))
        for thread, label in resources.items()
    )
    return span(1, number(1, key) + span(2, span(1, name) + number(2, key) + threads))


LOCAL = (
    event(0, 7, b"kprof_call", 100, 1000)
    + event(0, 7, b"EagerExecute", 200, 300)
    + event(0, 7, b"EagerKernelExecute", 250, 100)
    + event(0, 9, b"Sigmoid", 260, 10)
    + device(0, b"/host:CPU", {7: b"python", 9: b"tf_Compute"})
)
CHROME = {
    "displayTimeUnit": "ns",
    "traceEvents": [
        {"ph": "M", "pid": 3, "name": "process_name", "args": {"name": "/host:CPU"}},
        {"ph": "M", "pid": 3, "tid": 7, "name": "thread_name", "args": {"name": "python"}},
        {"ph": "M", "pid": 3, "tid": 9, "name": "thread_name", "args": {"name": "tf_Compute"}},
        {"ph": "X", "pid": 3, "tid": 7, "ts": 100.0, "dur": 1000.5, "name": "kprof_call"},
        {"ph": "X", "pid": 3, "tid": 7, "ts": 200.0, "dur": 300.0, "name": "EagerExecute"},
        {"ph": "X", "pid": 3, "tid": 9, "ts": 300.0, "dur": 10.005, "name": "dense/Sigmoid:Sigmoid"},
        {"ph": "X", "pid": 3, "tid": 9, "ts": 400.0, "dur": 100.0, "name": "Iterator::Prefetch"},
        {"ph": "X", "pid": 3, "tid": 9, "ts": 410.0, "dur": 50.0, "name": "GatherV2:GatherV2"},
        {},
    ],
}


def write_local(folder, content=LOCAL):
    path = folder / "local.trace"
    path.write_bytes(content)
    return path


def write_chrome(folder, content=CHROME):
    path = folder / "vm.trace.json.gz"
    path.write_bytes(gzip.compress(content if isinstance(content, bytes) else json.dumps(content).encode()))
    return path


def checked(path):
    trace = runtime_trace.read(path)
    trace.lines.check()
    trace.events.check()
    return trace


def rows(trace):
    events = trace.events
    columns = ("line", "start_ps", "duration_ps", "depth", "parent", "self_ps")
    return list(zip(events.coded("name").decode(), *(events.array(c).tolist() for c in columns), strict=True))


def test_a_local_trace_becomes_lines_and_nested_events(tmp_path):
    trace = checked(write_local(tmp_path))
    assert trace.lines.coded("name").decode() == ["python", "tf_Compute"]
    assert trace.lines.coded("kind").decode() == ["python", "executor"]
    assert rows(trace) == [
        ("kprof_call", 0, 100, 1000, 0, -1, 700),
        ("EagerExecute", 0, 200, 300, 1, 0, 200),
        ("EagerKernelExecute", 0, 250, 100, 2, 1, 100),
        ("Sigmoid", 1, 260, 10, 0, -1, 10),
    ]


def test_a_chrome_trace_becomes_the_same_tables_in_picoseconds(tmp_path):
    trace = checked(write_chrome(tmp_path))
    assert trace.lines.coded("kind").decode() == ["python", "executor"]
    assert rows(trace)[0] == ("kprof_call", 0, 100_000_000, 1_000_500_000, 0, -1, 700_500_000)
    assert rows(trace)[2] == ("dense/Sigmoid:Sigmoid", 1, 300_000_000, 10_005_000, 0, -1, 10_005_000)
    assert rows(trace)[4][5] == 3


def test_an_event_of_a_thread_without_a_name_keeps_its_number(tmp_path):
    trace = checked(write_local(tmp_path, event(5, 6, b"op", 1, 2)))
    assert trace.lines.coded("plane").decode() == ["device 5"]
    assert trace.lines.coded("name").decode() == ["6"]
    assert trace.lines.coded("kind").decode() == ["other"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        LOCAL[:-3],
        b"\x00" + LOCAL,
        number(4, 1),
        span(4, number(3, 1)),
        span(4, span(9, b"x")),
        event(0, 0, b"op", 1 << 63, 1),
        device(0, b"/host:CPU", {7: b"python"}),
        b"\x1f\x8b\x08cut",
    ],
    ids=["empty", "cut", "no field", "no message", "no name", "no time", "too late", "no event", "gzip"],
)
def test_a_damaged_local_trace_is_one_error_that_names_the_file(tmp_path, content):
    with pytest.raises(TraceFormatError, match=r"local\.trace: "):
        runtime_trace.read(write_local(tmp_path, content))


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


def test_a_session_holds_exactly_one_such_file(tmp_path):
    with pytest.raises(TraceFormatError, match="holds 0 files"):
        runtime_trace.read_session(tmp_path)
    write_local(tmp_path)
    assert len(runtime_trace.read_session(tmp_path).events) == 4
    write_chrome(tmp_path)
    with pytest.raises(TraceFormatError, match="holds 2 files"):
        runtime_trace.read_session(tmp_path)
    with pytest.raises(TraceFormatError, match="cannot be read"):
        runtime_trace.read_session(tmp_path / "gone")


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_altered_bytes_are_read_or_refused(tmp_path_factory, data):
    content = bytearray(LOCAL)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = write_local(tmp_path_factory.mktemp("altered"), bytes(content))
    with contextlib.suppress(TraceFormatError):
        checked(path)


def recorded():
    for run in reference.runs():
        for capture in record.read(run).captures:
            if capture.manifest.python_events is False:
                yield pytest.param(capture, id=f"{run.name}:{capture.variant.compile_state}")


# The binding of 2.1 records into a recorder of its own, which no session reads.
MARKS = {"tf2.0.0-py3.7": 3, "tf2.1.0-py3.7": 0}


@pytest.mark.parametrize("capture", list(recorded()))
def test_the_marks_of_a_real_trace_are_the_measured_calls(capture):
    (name,) = (name for name in capture.manifest.files if name.startswith("plugins/"))
    trace = checked(capture.folder / name)
    marks = [row[3] for row in rows(trace) if row[0] == capture.manifest.step_name]
    assert len(marks) == MARKS[capture.environment]
    durations = (capture.durations_ns() * 1000).tolist()
    assert all(mark < duration for mark, duration in zip(marks, durations, strict=False))
    # making the first mark takes time that lies in the call, before the mark
    assert marks[1:] == pytest.approx(durations[1 : len(marks)], rel=0.05)


def test_a_real_chrome_trace_has_its_known_answers():
    folder = reference.FOLDER / "tf2.2.3-py3.8"
    known = json.loads((folder / "MANIFEST.json").read_text())
    trace = checked(folder / "host.trace.json.gz")
    assert len(trace.events) == known["events"]
    marks = [row[3] for row in rows(trace) if row[0] == known["step_name"]]
    assert marks == pytest.approx([duration * 1000 for duration in known["durations_ns"]], rel=0.05)


def test_more_events_than_its_bytes_explain_are_refused_in_a_large_file_only(tmp_path):
    small = event(0, 7, b"op", 1, 1)
    assert len(runtime_trace.read(write_local(tmp_path, small * 1000)).events) == 1000
    with pytest.raises(TraceFormatError, match=r"local\.trace: more than one event in 32 bytes, .*byte"):
        runtime_trace.read(write_local(tmp_path, small * 70_000))


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


# memory

MIB = 1 << 20


def chrome(*parts):
    """Return the text of a Chrome trace with these entries."""
    return b'{"traceEvents":[' + b",".join(parts) + b"]}"


LOCAL_DENSE = {
    "empty events": lambda: span(4, b"") * 1_000_000,
    "distinct names": lambda: b"".join(event(0, 7, b"a name of some %05d" % i, 1, 1) for i in range(80_000)),
    "distinct threads": lambda: b"".join(event(0, i, b"operation", 1, 1) for i in range(100_000)),
    "devices": lambda: b"".join(device(i, b"", {}) for i in range(100_000)),
    "threads": lambda: device(0, b"/host:CPU", dict.fromkeys(range(100_000), b"")),
}
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


def peak_bytes(path):
    """Return the most memory that reading took, whether it gave tables or the one error."""
    tracemalloc.start()
    try:
        with contextlib.suppress(TraceFormatError):
            checked(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", LOCAL_DENSE)
def test_a_local_trace_takes_memory_in_proportion_to_its_bytes(tmp_path, kind):
    path = write_local(tmp_path, LOCAL_DENSE[kind]())
    assert peak_bytes(path) <= 10 * path.stat().st_size + 64 * MIB


@pytest.mark.parametrize("kind", CHROME_DENSE)
def test_a_chrome_trace_takes_memory_in_proportion_to_its_bytes(tmp_path, kind):
    content = CHROME_DENSE[kind]()
    path = write_chrome(tmp_path, content)
    assert peak_bytes(path) <= 10 * len(content) + 64 * MIB
