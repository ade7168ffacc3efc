"""The XPlane reader on a real capture, against TensorFlow's own class, and on damaged and hostile files."""

import gzip
import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from profiler.protocol.errors import TraceFormatError
from profiler.readers import xplane
from profiler.readers.wire import messages
from profiler.tables import trace as trace_tables
from tests import reference
from tests.fuzzing import examples
from tests.oracles import xplane_oracle as oracle
from tests.readers.xplane.encoding import (
    anomalies,
    event,
    integer,
    line,
    names,
    rows_with_stats,
    space,
    span,
    varint,
)

CAPTURE = reference.FOLDER / "tf2.21.0-py3.11" / "xplane"
MANIFEST = json.loads((CAPTURE / "MANIFEST.json").read_text())
PACKED = CAPTURE / MANIFEST["file"]
MIB = 1 << 20


@pytest.fixture(scope="module")
def trace():
    return xplane.read(PACKED)


def test_manifest_answers(trace):
    wanted = MANIFEST["lines"]
    lines = trace.lines
    assert lines.coded("name").decode() == [row["name"] for row in wanted]
    assert lines.coded("plane").decode() == [row["plane"] for row in wanted]
    assert lines.array("timestamp_ns").tolist() == [row["timestamp_ns"] for row in wanted]
    of_line = trace.events.array("line")
    assert np.bincount(of_line).tolist() == [row["events"] for row in wanted]
    sums = [int(trace.events.array("duration_ps")[of_line == row].sum()) for row in range(len(wanted))]
    assert sums == [row["duration_ps"] for row in wanted]
    assert np.bincount(of_line[rows_with_stats(trace)]).tolist() == [row["with_stats"] for row in wanted]
    assert trace.hosts == (MANIFEST["host"],)


def test_tables_keep_their_invariants(trace):
    trace.lines.check()
    trace.events.check()
    assert trace.lines.spec is trace_tables.LINES


def test_kinds_of_lines(trace):
    kinds = trace.lines.coded("kind").decode()
    assert kinds[0] == "python"
    assert set(kinds[1:]) == {"executor"}


def test_self_times_are_the_union_of_each_line(trace):
    of_line = trace.events.array("line")
    start, duration = trace.events.array("start_ps"), trace.events.array("duration_ps")
    for row in range(len(trace.lines)):
        mine = of_line == row
        events = list(zip(start[mine].tolist(), duration[mine].tolist(), strict=True))
        assert int(trace.events.array("self_ps")[mine].sum()) == oracle.union_length(events)


def test_python_line_has_the_known_tree(trace):
    answers = MANIFEST["python_line"]
    mine = trace.events.array("line") == 0
    found = trace.events.coded("name").take(mine).decode()
    assert {name: found.count(name) for name in answers["counts"]} == answers["counts"]
    assert sum(name.startswith("$") for name in found) == answers["python_events"]
    assert int(trace.events.array("depth")[mine].max()) == answers["deepest"]
    assert anomalies(trace) == {"partial overlap": answers["cut_events"]}
    assert int(trace.events.array("self_ps")[mine].sum()) == answers["union_ps"]


def test_predict_lies_in_its_mark(trace):
    found = trace.events.coded("name").decode()
    parent = trace.events.array("parent")
    for row in (row for row, name in enumerate(found) if name == "$trainer.py:521 predict"):
        above, place = [], row
        while place >= 0:
            above.append(found[place])
            place = parent[place]
        assert above[-1] == "kprof_call"


@pytest.mark.long
def test_equal_to_the_published_class_field_by_field(raw, trace):
    wanted = oracle.lines_of(oracle.space_of(raw))
    assert len(wanted) == len(trace.lines)
    of_line = trace.events.array("line")
    stats = dict(zip(rows_with_stats(trace), trace.stats(rows_with_stats(trace)), strict=True))
    found_names = trace.events.coded("name").decode()
    for row, line_wanted in enumerate(wanted):
        rows = np.flatnonzero(of_line == row)
        found = [
            (found_names[i], int(start), int(duration), 0, stats.get(i, {}))
            for i, start, duration in zip(
                rows.tolist(),
                trace.events.array("start_ps")[rows],
                trace.events.array("duration_ps")[rows],
                strict=True,
            )
        ]
        assert found == line_wanted.events


def test_stats_of_rows_without_any_are_empty(trace):
    row = rows_with_stats(trace)[0]
    assert trace.stats([row - 1, row]) == [{}, {"step_num": 0, "_r": 1}]


def test_mapped_file_and_packed_file_are_equal(read, raw, trace):
    mapped = read(raw)
    for name in ("line", "start_ps", "duration_ps", "depth", "parent", "self_ps"):
        assert np.array_equal(mapped.events.array(name), trace.events.array(name))


@pytest.mark.parametrize("size", [1 << 9, 1 << 12, 1 << 16])
def test_size_of_the_windows_does_not_matter(raw, trace, tmp_path, monkeypatch, size):
    monkeypatch.setattr(messages.walk, "__defaults__", (size,))
    (tmp_path / "a.xplane.pb").write_bytes(raw[: len(raw)])
    found = xplane.read(tmp_path / "a.xplane.pb").events
    assert np.array_equal(found.array("start_ps"), trace.events.array("start_ps"))
    assert found.coded("name").decode() == trace.events.coded("name").decode()


def test_session_of_two_hosts(tmp_path, raw, trace):
    (tmp_path / "a.xplane.pb").write_bytes(raw)
    (tmp_path / "b.xplane.pb.gz").write_bytes(gzip.compress(space(line(event(1, 0, 5)), names(["$f"])), 1))
    both = xplane.read_session(tmp_path)
    both.events.check()
    assert both.hosts == ("vm", "b")
    assert len(both.events) == len(trace.events) + 1
    assert both.events.coded("name").decode()[-1] == "$f"
    assert both.lines.coded("host").decode()[-2:] == ["vm", "b"]
    assert both.stats(rows_with_stats(trace)[:2]) == trace.stats(rows_with_stats(trace)[:2])


def test_folder_without_a_file_says_so(tmp_path):
    with pytest.raises(TraceFormatError, match=r"holds no .xplane\.pb"):
        xplane.read_session(tmp_path)


def checked(path) -> xplane.Trace | None:
    """Read a file that may be damaged: a sound table, or None after the one allowed error."""
    try:
        found = xplane.read(path)
    except TraceFormatError as error:
        assert str(path) in str(error)
        assert "\n" not in str(error)
        assert isinstance(error.offset, int)
        return None
    found.lines.check()
    found.events.check()
    return found


def test_empty_file(tmp_path):
    path = tmp_path / "a.xplane.pb"
    path.write_bytes(b"")
    with pytest.raises(TraceFormatError, match="is empty"):
        xplane.read(path)


def test_missing_file(tmp_path):
    with pytest.raises(TraceFormatError, match="cannot be read"):
        xplane.read(tmp_path / "none.xplane.pb")


@pytest.mark.parametrize("text", [b"hello, world\n" * 40, b"{}", b"\n", b"\x00" * 99, b"PK\x03\x04" * 9])
def test_other_files(tmp_path, text):
    path = tmp_path / "a.xplane.pb"
    path.write_bytes(text)
    assert checked(path) is None


def test_error_names_the_byte(tmp_path):
    data = space(line(event(1, 0, 1) + span(4, varint(8) + b"\xff" * 11)), names(["a"]))
    path = tmp_path / "a.xplane.pb"
    path.write_bytes(data)
    with pytest.raises(TraceFormatError, match="more than 10 bytes") as caught:
        xplane.read(path)
    assert caught.value.offset == data.index(b"\xff" * 11)


@pytest.mark.parametrize("group", [3, 4, 6, 7])
def test_wire_types_that_the_format_does_not_use(tmp_path, group):
    path = tmp_path / "a.xplane.pb"
    path.write_bytes(space(line(event(1, 0, 1, varint(9 << 3 | group))), names(["a"])))
    with pytest.raises(TraceFormatError, match="wire type"):
        xplane.read(path)


def test_field_number_zero(tmp_path):
    path = tmp_path / "a.xplane.pb"
    path.write_bytes(space(line(event(1, 0, 1, b"\x00\x01")), names(["a"])))
    with pytest.raises(TraceFormatError, match="number 0"):
        xplane.read(path)


@pytest.mark.parametrize("length", [1 << 20, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_lengths_past_the_end(tmp_path, length):
    path = tmp_path / "a.xplane.pb"
    for bad in (varint(4 << 3 | 2), varint(2 << 3 | 2), varint(300 << 3 | 2)):
        path.write_bytes(space(line(event(1, 0, 1) + bad + varint(length) + b"abc"), names(["a"])))
        assert checked(path) is None


def small_file() -> bytes:
    """Return a short file that has one of everything."""
    stats = span(4, integer(1, 1) + span(5, b"v")) + span(4, integer(1, 2) + integer(7, 1))
    events = event(1, 0, 1000) + event(2, 10, 1 << 40, stats) + event(3, 1 << 45, 7)
    return space(
        line(events, "python", 7, 5),
        line(event(2, 1, 2) * 3, "tf_Compute/1", 8),
        names(["$a.py:1 f", "Kernel", "é"]),
        names(["key", "shape"], 5),
    ) + span(4, b"host")


def test_cut_at_every_byte(tmp_path):
    data = small_file()
    path = tmp_path / "a.xplane.pb"
    whole = [checked_bytes(path, data[:size]) for size in range(1, len(data) + 1)]
    assert whole[-1] is not None
    assert sum(found is not None for found in whole) <= 3


def checked_bytes(path, data: bytes) -> xplane.Trace | None:
    path.write_bytes(data)
    return checked(path)


@pytest.mark.fuzz
def test_every_bit_flipped(tmp_path):
    data = small_file()
    path = tmp_path / "a.xplane.pb"
    for place in range(len(data)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[place] ^= 1 << bit
            found = checked_bytes(path, bytes(flipped))
            if found is not None and len(rows_with_stats(found)):
                read_stats(found)


def read_stats(found: xplane.Trace) -> None:
    try:
        found.stats(rows_with_stats(found))
    except TraceFormatError as error:
        assert isinstance(error.offset, int)


def test_capture_cut_at_many_places(tmp_path, raw):
    path = tmp_path / "a.xplane.pb"
    for size in range(1, len(raw), len(raw) // 40):
        assert checked_bytes(path, raw[:size]) is None


@pytest.mark.fuzz
def test_capture_with_bytes_replaced(tmp_path, raw):
    generator = np.random.default_rng(7)
    path = tmp_path / "a.xplane.pb"
    for _ in range(60):
        damaged = np.frombuffer(raw, np.uint8).copy()
        places = generator.integers(0, len(raw), generator.integers(1, 20))
        damaged[places] = generator.integers(0, 256, len(places))
        checked_bytes(path, damaged.tobytes())


SMALL = examples(150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.fuzz
@SMALL
@given(st.binary(max_size=300))
def test_any_bytes(tmp_path, data):
    checked_bytes(tmp_path / "a.xplane.pb", data)
    checked_bytes(tmp_path / "a.xplane.pb", space(data))
    checked_bytes(tmp_path / "a.xplane.pb", space(line(data * 3), names(["a"])))


INT64 = st.integers(-(1 << 63), (1 << 63) - 1)


TIMES = st.one_of(st.integers(0, 50), INT64)


@pytest.mark.fuzz
@SMALL
@given(st.lists(st.tuples(st.integers(0, 4), TIMES, TIMES, st.booleans()), max_size=40), st.integers(0, 60))
def test_any_events_equal_the_published_class(tmp_path, events, padding):
    encoded = b"".join(
        event(key, start, duration, integer(5, 2) if repeated else b"")
        for key, start, duration, repeated in events
    )
    data = space(line(span(77, b"p" * padding) + encoded), names(["a", "b", "c"]))
    found = checked_bytes(tmp_path / "a.xplane.pb", data)
    (wanted,) = oracle.lines_of(oracle.space_of(data))
    counts = anomalies(found)
    assert len(found.events) == len(events)
    assert counts.get("unnamed", 0) == sum(name == "" for name, *_ in wanted.events)
    assert counts.get("aggregated", 0) == sum(occurrences > 0 for *_, occurrences, _ in wanted.events)
    if counts.keys() <= {"partial overlap", "unnamed", "early", "aggregated"}:
        rows = zip(
            found.events.coded("name").decode(),
            found.events.array("start_ps").tolist(),
            found.events.array("duration_ps").tolist(),
            strict=True,
        )
        expected = sorted(
            ((name, start, duration) for name, start, duration, *_ in wanted.events),
            key=lambda row: (row[1], -row[2]),
        )
        assert list(rows) == expected
        pairs = [(start, duration) for _, start, duration in expected]
        assert found.events.array("parent").tolist() == oracle.nest(pairs)[1]
        assert found.events.array("self_ps").tolist() == oracle.self_times(pairs)


DENSE = {
    "smallest events": lambda: space(line(event(1, 1, 1) * 500_000)),
    "empty events": lambda: space(line(span(4, b"") * 2_000_000)),
    "events with an empty stat": lambda: space(line(event(1, 1, 1, span(4, b"")) * 400_000)),
    "quotes": lambda: space(line(span(2, b'"' * 4_000_000))),
    "empty lines": lambda: space(span(3, b"") * 2_000_000),
    "empty names": lambda: space(span(4, b"") * 2_000_000),
    "small names": lambda: space(b"".join(span(4, integer(1, key)) for key in range(600_000))),
    "partial overlap": lambda: space(line(b"".join(event(1, i, 1 << 20) for i in range(300_000)))),
    "backwards order": lambda: space(line(b"".join(event(1, 300_000 - i, 1) for i in range(300_000)))),
    "planes": lambda: span(1, b"") * 2_000_000,
}


@pytest.mark.long
@pytest.mark.parametrize("kind", DENSE)
def test_memory_is_in_proportion_to_the_file(tmp_path, kind):
    data = DENSE[kind]()
    path = tmp_path / "a.xplane.pb"
    path.write_bytes(data)
    size = len(data)
    del data
    tracemalloc.start()
    try:
        checked(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= 10 * size + 64 * MIB


def test_hosts_that_share_a_name_are_told_apart_by_their_files(tmp_path):
    data = space(line(event(1, 0, 5)), names(["a"])) + span(4, b"localhost")
    for name in ("a", "b", "localhost"):
        (tmp_path / f"{name}.xplane.pb").write_bytes(data)
    trace = xplane.read_session(tmp_path)
    assert trace.hosts == ("localhost", "b", "localhost (2)")
    assert trace.lines.coded("host").decode() == list(trace.hosts)
