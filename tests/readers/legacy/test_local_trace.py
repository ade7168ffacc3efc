"""``local.trace`` files, sound, damaged and hostile."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.protocol.errors import TraceFormatError
from profiler.readers.legacy import runtime_trace
from tests.fuzzing import examples
from tests.readers.legacy.files import (
    LOCAL,
    MIB,
    checked,
    device,
    event,
    peak_bytes,
    rows,
    write_local,
)
from tests.readers.xplane.encoding import integer as number
from tests.readers.xplane.encoding import span


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


@pytest.mark.fuzz
@examples(150)
@given(data=st.data())
def test_altered_bytes_are_read_or_refused(tmp_path_factory, data):
    content = bytearray(LOCAL)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = write_local(tmp_path_factory.mktemp("altered"), bytes(content))
    with contextlib.suppress(TraceFormatError):
        checked(path)


@pytest.mark.long
def test_more_events_than_its_bytes_explain_are_refused_in_a_large_file_only(tmp_path):
    small = event(0, 7, b"op", 1, 1)
    assert len(runtime_trace.read(write_local(tmp_path, small * 1000)).events) == 1000
    with pytest.raises(TraceFormatError, match=r"local\.trace: more than one event in 32 bytes, .*byte"):
        runtime_trace.read(write_local(tmp_path, small * 70_000))


LOCAL_DENSE = {
    "empty events": lambda: span(4, b"") * 1_000_000,
    "distinct names": lambda: b"".join(event(0, 7, b"a name of some %05d" % i, 1, 1) for i in range(80_000)),
    "distinct threads": lambda: b"".join(event(0, i, b"operation", 1, 1) for i in range(100_000)),
    "devices": lambda: b"".join(device(i, b"", {}) for i in range(100_000)),
    "threads": lambda: device(0, b"/host:CPU", dict.fromkeys(range(100_000), b"")),
}


@pytest.mark.long
@pytest.mark.parametrize("kind", LOCAL_DENSE)
def test_a_local_trace_takes_memory_in_proportion_to_its_bytes(tmp_path, kind):
    path = write_local(tmp_path, LOCAL_DENSE[kind]())
    assert peak_bytes(path) <= 10 * path.stat().st_size + 64 * MIB
